namespace Orrery.Jobs.Integration;

/// <summary>What a run did, or would do.</summary>
public sealed record IntegrationReport(IReadOnlyList<EntityReport> Entities)
{
    public long Rejected => Entities.Sum(entity => entity.Rejected);

    /// <summary>Of a reconciliation: whether both sides have the same.</summary>
    public bool IsEqual => Entities.All(entity => entity is { Created: 0, Changed: 0, OnlyInTarget: 0, Rejected: 0 });
}

/// <summary>An entity's part.</summary>
public sealed record EntityReport(string Entity)
{
    /// <summary>Lines that are kept of what differs.</summary>
    public const int LinesMax = 1000;

    /// <summary>Rows of the source, without those that 'where' leaves out.</summary>
    public long Read { get; init; }

    /// <summary>Rows that 'where' leaves out.</summary>
    public long LeftOut { get; init; }

    /// <summary>Documents that the target did not have.</summary>
    public long Created { get; init; }

    /// <summary>Documents that differed.</summary>
    public long Changed { get; init; }

    /// <summary>Documents that were as they should be and went on to submission or audit.</summary>
    public long Finished { get; init; }

    public long Unchanged { get; init; }

    public long Rejected { get; init; }

    /// <summary>Of a reconciliation: documents that the source does not have.</summary>
    public long OnlyInTarget { get; init; }

    /// <summary>What differs, for people; the first of them.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}
