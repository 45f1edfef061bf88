"""Many audits: lines of pairs through the pure function `audit_chunk`, here or on other machines."""
