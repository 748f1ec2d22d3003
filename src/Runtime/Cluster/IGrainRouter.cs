using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

internal enum RouteKind : byte
{
    /// <summary>This silo owns the shard and takes its calls.</summary>
    Local,

    /// <summary>Another live silo owns it, as far as is known here.</summary>
    Remote,

    /// <summary>Nobody is known to own it at the moment: the call is parked.</summary>
    Unknown,
}

/// <summary>
/// Knows where the calls of a shard go. What it knows of a shard only ever moves forward (<see cref="ShardRow.IsNewerThan"/>); the rows in the cluster
/// store are the truth, pushes and refusals by a silo that no longer owns a shard make it come sooner.
/// </summary>
internal interface IGrainRouter
{
    RouteKind Find(int shard, out MemberRow owner);

    /// <summary>A live silo for a call that any of them may run, another one each time; null where none is known.</summary>
    MemberRow? FindAny();

    /// <summary>Keeps the call until the shard's owner is known, then delivers it anew; its deadline goes on. Rejects it where too many wait.</summary>
    /// <param name="call">The call.</param>
    /// <param name="shard">Its grain's shard; -1 for a call that any silo may run.</param>
    void Park(CallBase call, int shard);

    /// <summary>Somebody says this about a shard.</summary>
    void Learn(in ShardRow row);

    /// <summary>The silo that this identity names, where it is live.</summary>
    MemberRow? FindMember(SiloId silo);
}
