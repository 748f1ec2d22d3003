namespace Orrery.Runtime.Storage;

public enum MemberStatus : byte
{
    /// <summary>Serves, and should own its part of the shards.</summary>
    Active = 1,

    /// <summary>Serves what it still owns, gives its shards away, and takes none.</summary>
    Draining = 2,

    /// <summary>Has ended in good order. Owns nothing.</summary>
    Left = 3,

    /// <summary>Was watched standing still for a whole lease. Whatever shards carry its name may be taken.</summary>
    Dead = 4,
}

/// <summary>One silo as the cluster store knows it. Rows of ended silos stay as history until they are pruned.</summary>
public sealed record MemberRow
{
    public required SiloId Id { get; init; }

    /// <summary>Where other processes connect: <c>host:port</c>.</summary>
    public required string Address { get; init; }

    public required MemberStatus Status { get; init; }

    /// <summary>Rises by one with each renewal and each change of status, by compare-and-set: who writes has seen the value before.</summary>
    public required long Counter { get; init; }

    /// <summary>The oldest and the newest version of the wire protocol that the silo speaks.</summary>
    public required int WireVersionLeast { get; init; }

    public required int WireVersionMost { get; init; }

    /// <summary>The program's version, for people.</summary>
    public required string Build { get; init; }

    /// <summary>UTC by the silo's own clock, whole milliseconds; for people: nothing is decided by it.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>UTC by the clock of who changed the status last; for people.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Why the status is what it is, and who said so; for people. At most 500 characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether the silo may own shards: it is active or draining.</summary>
    public bool IsLive => Status is MemberStatus.Active or MemberStatus.Draining;
}
