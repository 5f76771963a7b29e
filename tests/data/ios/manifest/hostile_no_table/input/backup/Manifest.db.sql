CREATE TABLE Properties (key TEXT PRIMARY KEY, value BLOB);
