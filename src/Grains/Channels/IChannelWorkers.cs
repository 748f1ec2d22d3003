using Orrery.Interfaces.Channels;

namespace Orrery.Grains.Channels;

/// <summary>Carries a channel's source into its topic. Key: the channel's. Only the channel calls it.</summary>
interface ISourceGrain : IGrainWithStringKey
{
    /// <summary>Sees that the work runs as ordered, or not at all. Answers at once.</summary>
    [AlwaysInterleave]
    Task<SourceStatus> Wake(ChannelOrder order);

    /// <summary>Up to where everything is in the topic; null: nothing was carried yet, or the database's positions are no sequences.</summary>
    [AlwaysInterleave]
    Task<SourceReach?> Reach();

    /// <summary>Stops, and forgets where it was.</summary>
    Task Forget();
}

/// <param name="Sequence">Every change up to and including it is in the topic.</param>
/// <param name="Pending">Tables whose rows, those that were there before the channel was, are still being read.</param>
sealed record SourceReach(long Sequence, int Pending);

/// <summary>Carries what agents shipped as objects into the channel's topic. Key: the channel's. Only the channel calls it.</summary>
interface ICollectorGrain : IGrainWithStringKey
{
    /// <summary>As <see cref="ISourceGrain.Wake"/>.</summary>
    [AlwaysInterleave]
    Task<SourceStatus> Wake(ChannelOrder order);

    /// <summary>Begins to read dead letters again.</summary>
    /// <exception cref="Interfaces.Errors.ConflictException">A replay is running.</exception>
    Task<Replay> BeginReplay(ReplayDraft draft, string format, string user);

    /// <inheritdoc cref="IDeadLettersGrain.Replays"/>
    [AlwaysInterleave]
    Task<IReadOnlyList<Replay>> Replays();

    /// <inheritdoc cref="IDeadLettersGrain.Cancel"/>
    [AlwaysInterleave]
    Task<Replay> CancelReplay(long id);

    Task Forget();
}

/// <summary>Fills the channel's topic from landed files. Key: the channel's. Only the channel calls it.</summary>
interface IRestorerGrain : IGrainWithStringKey
{
    /// <summary>As <see cref="ISourceGrain.Wake"/>.</summary>
    [AlwaysInterleave]
    Task<SourceStatus> Wake(ChannelOrder order);

    Task Forget();
}

/// <summary>Carries one partition of a channel's topic into files. Key: <see cref="ChannelKeys.Lander"/>. Only the channel calls it.</summary>
interface ILanderGrain : IGrainWithStringKey
{
    /// <summary>As <see cref="ISourceGrain.Wake"/>.</summary>
    [AlwaysInterleave]
    Task<LandingStatus> Wake(ChannelOrder order);

    /// <summary>Loses the next records on purpose.</summary>
    [AlwaysInterleave]
    Task Drill(int records);

    /// <summary>Lands records that a gap lacks, in a commit of their own.</summary>
    /// <param name="origin">The gap's window.</param>
    /// <param name="stamp">The gap's window.</param>
    /// <param name="offsets">One for each record, rising.</param>
    /// <param name="encodedBatch">The records.</param>
    /// <returns>How many were landed.</returns>
    [AlwaysInterleave]
    Task<int> TakeAgain(string origin, long stamp, long[] offsets, byte[] encodedBatch);

    Task Forget();
}

/// <summary>Accounts for what a channel's topic holds. Key: the channel's. Only the channel calls it, and the ledger as <see cref="Interfaces.Ledger.IHopGrain"/>.</summary>
interface ILogHopGrain : IGrainWithStringKey
{
    /// <summary>As <see cref="ISourceGrain.Wake"/>.</summary>
    [AlwaysInterleave]
    Task Wake(ChannelOrder order);

    Task Forget();
}

/// <summary>What a channel's own hops ask it. Key: the channel's.</summary>
interface IChannelOrders : IGrainWithStringKey
{
    /// <summary>What the channel is to be, and the sealed address of its store.</summary>
    [AlwaysInterleave]
    Task<LandingOrder> LandingOrder();

    /// <summary>What the channel carries, for those who compare it with its source.</summary>
    [AlwaysInterleave]
    Task<CarriedSource> CarriedSource();

    /// <inheritdoc cref="ISourceGrain.Reach"/>
    [AlwaysInterleave]
    Task<SourceReach?> Reach();
}

/// <param name="Spec">Without secrets.</param>
/// <param name="Secret">The sealed connection; null: it has none.</param>
sealed record CarriedSource(ChannelSpec Spec, byte[]? Secret);

/// <param name="Spec">Without secrets.</param>
/// <param name="Secret">The sealed address of the store; null: the lake folder.</param>
sealed record LandingOrder(ChannelSpec Spec, byte[]? Secret);
