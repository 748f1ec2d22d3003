namespace Orrery.WebApi.Cluster;

internal enum HistoryKind
{
    Joined,
    Draining,
    Left,
    Dead,
}

/// <param name="At">By the clock of who wrote it.</param>
/// <param name="Reason">Why, and who said so; may be empty.</param>
internal sealed record HistoryEvent(DateTimeOffset At, string Silo, HistoryKind Kind, string Reason, string Build);
