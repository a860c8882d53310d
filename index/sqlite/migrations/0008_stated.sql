-- What an order says of itself. at: when its source says that it gave it, hours since 1970; since says
-- when it was obeyed here. version: the version of the item that it stands in, as in versions,
-- without words; null where nobody's item says so.
ALTER TABLE withheld ADD COLUMN at REAL;
ALTER TABLE withheld ADD COLUMN version BLOB;
ALTER TABLE orders ADD COLUMN version BLOB;
