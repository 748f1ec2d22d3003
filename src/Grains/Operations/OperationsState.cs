using Orrery.Interfaces.Operations;

namespace Orrery.Grains.Operations;

sealed class OperationsState
{
    /// <summary>The oldest first.</summary>
    public List<StoredOperation> Operations { get; set; } = [];

    /// <summary>By server, without the moment when they were seen.</summary>
    public SortedDictionary<string, OperationAgent> Agents { get; set; } = new(StringComparer.Ordinal);
}

/// <param name="Attempt">That began; null: none.</param>
/// <param name="ArchiveParts">Blocks that hold the archive.</param>
sealed record StoredOperation(OperationInfo Info, string? Attempt, int ArchiveParts);

sealed class OperationDirectoryState
{
    public OperationSettings? Settings { get; set; }

    /// <summary>By site.</summary>
    public SortedDictionary<string, OperationInfo[]> Open { get; set; } = new(StringComparer.Ordinal);
}
