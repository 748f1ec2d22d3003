using Orrery.Connectors.Sqlite;

namespace Orrery.Storage.Sqlite;

/// <summary>The tables of the small file that the silos of one machine share.</summary>
static class SqliteClusterSchema
{
    /// <summary>"OrCl" in ASCII.</summary>
    const int ApplicationId = 0x4f72436c;

    static readonly string[] First =
    [
        "CREATE TABLE cluster (id INTEGER PRIMARY KEY CHECK (id = 1), identity TEXT NOT NULL, shards_version INTEGER NOT NULL)",
        """
        CREATE TABLE member (
          name TEXT NOT NULL,
          generation INTEGER NOT NULL,
          address TEXT NOT NULL,
          status INTEGER NOT NULL,
          counter INTEGER NOT NULL,
          wire_least INTEGER NOT NULL,
          wire_most INTEGER NOT NULL,
          build TEXT NOT NULL,
          started_at INTEGER NOT NULL,
          changed_at INTEGER NOT NULL,
          reason TEXT NOT NULL,
          PRIMARY KEY (name, generation)
        ) WITHOUT ROWID
        """,
        "CREATE TABLE shard (shard INTEGER PRIMARY KEY, owner_name TEXT, owner_generation INTEGER, term INTEGER NOT NULL)",
        "WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 1023) INSERT INTO shard (shard, term) SELECT n, 0 FROM number",
    ];

    public static SqliteSchema Schema { get; } = new(ApplicationId, [First]);
}
