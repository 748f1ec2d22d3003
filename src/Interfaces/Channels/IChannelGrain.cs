using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Channels;

/// <summary>
/// A way of data: from a source (a database's changes, objects of a store, or whoever appends) through a topic into files, with receipts at each hop. Key: <c>tenant/channel</c>.
/// </summary>
public interface IChannelGrain : IGrainWithStringKey
{
    /// <summary>Makes the channel or changes it. It runs at once, unless it is paused. Secrets that are left out stay as they were.</summary>
    /// <param name="spec">What it is to be.</param>
    /// <param name="version">The version that is changed; null: whatever there is.</param>
    /// <exception cref="NotFoundException">There is no such tenant.</exception>
    /// <exception cref="InvalidInputException">The spec cannot be used; the message says which field and why.</exception>
    /// <exception cref="VersionMismatchException">Another version is current.</exception>
    Task<ChannelInfo> Put(ChannelSpec spec, long? version);

    /// <exception cref="NotFoundException">There is no such channel.</exception>
    [AlwaysInterleave]
    Task<ChannelInfo> Get();

    /// <summary>Stops its work at the next safe point. What is under way is neither lost nor done twice.</summary>
    Task<ChannelInfo> Pause();

    /// <summary>Goes on where it was.</summary>
    Task<ChannelInfo> Resume();

    /// <summary>Ends it, and forgets its account. Its topic and files stay.</summary>
    Task Delete(long? version);

    /// <summary>A drill: the lander loses the next records on purpose, so that everybody sees the ledger find them. They are sent again as any gap is.</summary>
    /// <param name="records">How many, 1 to 1,000.</param>
    Task Drill(int records);

    /// <summary>Sees that its work is running. Called when silos start, and again and again.</summary>
    [AlwaysInterleave]
    Task Wake();
}

/// <summary>The names of all channels. Key: <see cref="EntityKeys.Fleet"/>.</summary>
public interface IChannelDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Keys of the channels of a tenant, or of all for null, in order.</summary>
    [ReadOnly]
    Task<string[]> List(string? tenant);

    /// <summary>Called by a channel that is made. At most 10,000.</summary>
    /// <exception cref="LimitReachedException">There are as many as there may be.</exception>
    Task Add(string channel);

    Task Remove(string channel);

    /// <summary>Sees that the work of all channels is running.</summary>
    [AlwaysInterleave]
    Task WakeAll();
}
