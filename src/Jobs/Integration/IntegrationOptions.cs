using Orrery.Jobs.Integration.Cloud;

namespace Orrery.Jobs.Integration;

/// <summary>How a mapping is run.</summary>
public sealed record IntegrationOptions
{
    /// <summary>Nothing is written; differences are told.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Nothing is written; both sides are compared as wholes.</summary>
    public bool IsReconciliation { get; init; }

    /// <summary>Entities that are run; all where empty.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Reads all rows, also of entities that know what changed.</summary>
    public bool IsFull { get; init; }

    /// <summary>Where watermarks are kept between runs; null: every run reads all rows.</summary>
    public string? StateFile { get; init; }

    /// <summary>Where documents that were refused are written, as JSON lines with the reason.</summary>
    public string RejectFile { get; init; } = "integration.rejects.jsonl";

    /// <summary>Documents that may be refused in a run before it stops.</summary>
    public long RejectsMax { get; init; } = 10_000;

    public CloudOptions Cloud { get; init; } = new();
}
