namespace Orrery.Cli.Retail.Warehouse;

/// <summary>How the whole warehouse is run for a while.</summary>
sealed record WarehousePlan
{
    /// <summary>How long the chain is played, once everything runs.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Transactions a second, of about four rows each; 0: as fast as they go.</summary>
    public required double Rate { get; init; }

    public required int Silos { get; init; }

    public required int Shops { get; init; }

    /// <summary>The same seed plays the same story and kills in the same order.</summary>
    public required int Seed { get; init; }

    /// <summary>How often one of the processes is killed; null: none is.</summary>
    public TimeSpan? KillEvery { get; init; }

    /// <summary>How long what is under way may take to arrive, when the play is over.</summary>
    public required TimeSpan Patience { get; init; }
}
