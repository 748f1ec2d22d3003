using Orrery.Connectors.Sqlite;

namespace Orrery.Storage.Sqlite;

/// <summary>The tables of the embedded storage. Described for people in docs/reference/storage.md.</summary>
static class SqliteStorageSchema
{
    /// <summary>"Orry" in ASCII.</summary>
    const int ApplicationId = 0x4f727279;

    // State and chunks are in tables with row ids: their rows are large, and a tree ordered by key should stay small. Reminders are small.
    static readonly string[] First =
    [
        """
        CREATE TABLE grain_state (
          id INTEGER PRIMARY KEY,
          grain_type TEXT NOT NULL,
          grain_key TEXT NOT NULL,
          state_name TEXT NOT NULL,
          shard INTEGER NOT NULL,
          term INTEGER NOT NULL,
          version INTEGER NOT NULL,
          value BLOB
        )
        """,
        "CREATE UNIQUE INDEX grain_state_by_key ON grain_state (grain_type, grain_key, state_name)",
        """
        CREATE TABLE reminder (
          grain_type TEXT NOT NULL,
          grain_key TEXT NOT NULL,
          name TEXT NOT NULL,
          shard INTEGER NOT NULL,
          term INTEGER NOT NULL,
          version INTEGER NOT NULL,
          first_due INTEGER NOT NULL,
          period INTEGER NOT NULL,
          next_due INTEGER NOT NULL,
          ran INTEGER NOT NULL,
          failed INTEGER NOT NULL,
          missed INTEGER NOT NULL,
          PRIMARY KEY (grain_type, grain_key, name)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX reminder_by_due ON reminder (next_due, grain_type, grain_key, name)",
        "CREATE TABLE chunk_owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        """
        CREATE TABLE chunk (
          id INTEGER PRIMARY KEY,
          owner_id INTEGER NOT NULL REFERENCES chunk_owner (id),
          kind INTEGER NOT NULL,
          sequence INTEGER NOT NULL,
          first_time INTEGER NOT NULL,
          last_time INTEGER NOT NULL,
          data BLOB NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX chunk_by_key ON chunk (owner_id, kind, sequence)",
        "CREATE INDEX chunk_by_time ON chunk (owner_id, kind, last_time, first_time)",
    ];

    static readonly string[] ReminderAttempts =
    [
        "ALTER TABLE reminder ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE reminder ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE reminder ADD COLUMN late INTEGER NOT NULL DEFAULT 0",
    ];

    public static SqliteSchema Schema { get; } = new(ApplicationId, [First, ReminderAttempts]);
}
