using Orrery.Grains.Sql.Schemas;

namespace Orrery.Grains.Sql.Journals;

/// <summary>
/// One entry of a dataflow's journal, as JSON. It is in the log before anything of its epoch leaves the dataflow; so whoever replays the journal gives the same changes at the same clocks.
/// </summary>
/// <param name="Epoch">Rises by one from entry to entry.</param>
/// <param name="Term">Of the activation that wrote it.</param>
/// <param name="Clock">Microseconds since 1970; never before the last entry's.</param>
sealed record JournalRecord(long Epoch, int Term, long Clock)
{
    /// <summary>What was read in this epoch, in the order in which it was given to the views.</summary>
    public OffsetRange[] Ranges { get; init; } = [];

    /// <summary>A change of the schema; an epoch of its own. Null: none.</summary>
    public SchemaChange? Schema { get; init; }
}

/// <param name="Table">A table's name.</param>
/// <param name="Partition">Of its topic; of a generator 0.</param>
/// <param name="From">The first offset.</param>
/// <param name="To">The offset behind the last.</param>
sealed record OffsetRange(string Table, int Partition, long From, long To);

/// <param name="Version">The schema's afterwards.</param>
/// <param name="Drop">Names that go, readers before what they read.</param>
/// <param name="Make">What comes, what is read before its readers.</param>
/// <param name="Starts">Of each new table, where each partition begins to be read.</param>
sealed record SchemaChange(long Version, string[] Drop, SqlDefinition[] Make, Dictionary<string, long[]> Starts)
{
    /// <summary>Of tables that are read again: what they take in before anything reads them, so that views and sinks are told only how this differs from before.</summary>
    public OffsetRange[] Fills { get; init; } = [];

    /// <summary>Tables among these that keep their rows.</summary>
    public string[] Keeps { get; init; } = [];
}
