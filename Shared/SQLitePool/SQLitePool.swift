// SQLitePool
