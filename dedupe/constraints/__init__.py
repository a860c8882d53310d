"""What editors ordered about groups: honoured by every verdict, online and at night."""
