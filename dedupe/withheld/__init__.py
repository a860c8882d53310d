"""What may not be shown: kills and who carries the text, holds, embargoes, retention; and its masking."""
