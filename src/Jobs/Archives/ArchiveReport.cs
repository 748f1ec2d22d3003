namespace Orrery.Jobs.Archives;

/// <summary>What would go, what would stay and why.</summary>
/// <param name="Kinds">By kind of documents.</param>
/// <param name="Groups">Groups of documents that hang together and may go.</param>
/// <param name="Warnings">What will make it slow, or is odd.</param>
public sealed record ArchivePlan(IReadOnlyList<KindPlan> Kinds, int Groups, IReadOnlyList<string> Warnings);

/// <param name="Document">The kind.</param>
/// <param name="Going">Documents that may go.</param>
/// <param name="Held">Documents that stay, by reason.</param>
/// <param name="Examples">Some that stay although they are closed and old, and what holds them.</param>
public sealed record KindPlan(string Document, long Going, IReadOnlyDictionary<Hold, int> Held, IReadOnlyList<string> Examples);

/// <summary>What was done and how it is proven.</summary>
/// <param name="Documents">Documents that went, or came back.</param>
/// <param name="Rows">Their rows.</param>
/// <param name="RowsByTable">By table.</param>
/// <param name="Edited">Documents that were edited meanwhile, and stay with what hangs on them.</param>
/// <param name="Balances">What was carried forward.</param>
/// <param name="Checks">What must hold, before and after.</param>
/// <param name="Duration">How long it took.</param>
public sealed record ArchiveReport(long Documents, long Rows, IReadOnlyDictionary<string, long> RowsByTable, IReadOnlyList<string> Edited, IReadOnlyList<BalanceProof> Balances, IReadOnlyList<CheckProof> Checks, TimeSpan Duration)
{
    /// <summary>Whether balances and checks are after as they were before.</summary>
    public bool IsProven => Balances.All(static balance => balance.IsEqual) && Checks.All(static check => check.After == 0);
}

/// <summary>Closing balances before and after.</summary>
/// <param name="Name">The balance.</param>
/// <param name="Places">How many there are.</param>
/// <param name="Differences">Places whose closing is another one, with both; the first of them.</param>
public sealed record BalanceProof(string Name, int Places, IReadOnlyList<string> Differences)
{
    public bool IsEqual => Differences.Count == 0;
}

/// <param name="Name">The check.</param>
/// <param name="Before">Rows for which it did not hold before.</param>
/// <param name="After">And after.</param>
public sealed record CheckProof(string Name, long Before, long After);

/// <summary>How far a run is.</summary>
/// <param name="Documents">Documents that went.</param>
/// <param name="DocumentsTotal">Of those that go.</param>
/// <param name="Rows">Their rows.</param>
/// <param name="RowsPerSecond">Since the run began to copy.</param>
public sealed record ArchiveProgress(long Documents, long DocumentsTotal, long Rows, double RowsPerSecond)
{
    /// <summary>What it waits for now; null: for nothing.</summary>
    public string? Waiting { get; init; }
}
