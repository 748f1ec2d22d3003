namespace Orrery.Storage.Sql;

/// <summary>
/// The tables in a shared database, and the steps that made them: step 1 makes the first version from nothing, step n turns version n-1 into n. A step
/// that has been released never changes.
/// </summary>
static class SqlTables
{
    public static SqlTable Cluster { get; } = new("orrery_cluster", 1, new("id", SqlType.Long), new("identity", SqlType.ShortText), new("shards_version", SqlType.Long));

    public static SqlTable Member { get; } = new(
        "orrery_member", 2, new("name", SqlType.ShortText), new("generation", SqlType.Long), new("address", SqlType.Text), new("status", SqlType.Long), new("counter", SqlType.Long),
        new("wire_least", SqlType.Long), new("wire_most", SqlType.Long), new("build", SqlType.Text), new("started_at", SqlType.Long), new("changed_at", SqlType.Long), new("reason", SqlType.Text));

    public static SqlTable Shard { get; } = new(
        "orrery_shard", 1, new("shard", SqlType.Long), new("owner_name", SqlType.ShortText, true), new("owner_generation", SqlType.Long, true), new("term", SqlType.Long));

    public static SqlTable GrainState { get; } = new(
        "orrery_grain_state", 1, new("id", SqlType.Id), new("grain_type", SqlType.Text), new("grain_key", SqlType.Text), new("state_name", SqlType.Text),
        new("shard", SqlType.Long), new("term", SqlType.Long), new("version", SqlType.Long), new("value", SqlType.Blob, true));

    public static SqlTable Reminder { get; } = new(
        "orrery_reminder", 1, new("id", SqlType.Id), new("grain_id", SqlType.Id), new("grain_type", SqlType.Text), new("grain_key", SqlType.Text), new("name", SqlType.Text),
        new("shard", SqlType.Long), new("term", SqlType.Long), new("version", SqlType.Long), new("first_due", SqlType.Long), new("period", SqlType.Long), new("next_due", SqlType.Long),
        new("ran", SqlType.Long), new("failed", SqlType.Long), new("missed", SqlType.Long), new("attempts", SqlType.Long), new("repeated", SqlType.Long), new("late", SqlType.Long));

    public static SqlTable Chunk { get; } = new(
        "orrery_chunk", 3, new("owner_id", SqlType.Id), new("kind", SqlType.Long), new("sequence", SqlType.Long), new("owner", SqlType.Text),
        new("first_time", SqlType.Long), new("last_time", SqlType.Long), new("data", SqlType.Blob));

    /// <summary>How far a copy of an embedded file has come: at most one row.</summary>
    public static SqlTable Copy { get; } = new(
        "orrery_copy", 1, new("id", SqlType.Long), new("source", SqlType.Text), new("state_id", SqlType.Long), new("chunk_id", SqlType.Long), new("is_finished", SqlType.Long));

    public static IReadOnlyList<Func<SqlDialect, IEnumerable<string>>> Steps { get; } = [First, static dialect => [dialect.CreateTable(Copy)]];

    /// <summary>The columns of each of a table's indexes beside its key.</summary>
    public static IReadOnlyList<string[]> IndexesOf(SqlTable table) => table.Name switch
    {
        "orrery_reminder" => [["grain_id"], ["next_due"]],
        "orrery_chunk" => [["owner_id", "kind", "last_time"]],
        _ => [],
    };

    static IEnumerable<string> First(SqlDialect dialect)
    {
        SqlTable[] tables = [Cluster, Member, Shard, GrainState, Reminder, Chunk];
        return [.. tables.Select(dialect.CreateTable), .. tables.SelectMany(table => IndexesOf(table).Select(columns => dialect.CreateIndex(table, columns)))];
    }
}
