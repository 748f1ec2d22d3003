namespace Orrery.Interfaces.Ledger;

/// <summary>What a hop does with records, for people and pictures; the ledger treats all alike.</summary>
public enum HopKind
{
    Agent,
    Objects,
    Capture,
    Log,
    Lander,
    View,
    Sink,
}

/// <summary>What a hop accounts for between what it took and what it gave.</summary>
public enum HopAccount
{
    /// <summary>Nothing: a source that only gives, a sink that only takes, or a hop that sums up.</summary>
    None,

    /// <summary>As many as it took it gave or rejected; it changes what they hold (a parser).</summary>
    Count,

    /// <summary>What it took it gave or rejected unchanged: contents are compared too.</summary>
    Content,
}

/// <summary>The hops that records of one channel pass, from their origins to where they end.</summary>
/// <param name="Title">For people, 1 to 120 characters.</param>
/// <param name="Hops">1 to 32, each after those it takes from.</param>
/// <param name="WindowSeconds">Length of a window, 1 to 3,600. A record belongs to window floor(timestamp / length). Fixed once reports came.</param>
/// <param name="LateSeconds">How long after its upstream hops were done with a window a hop may still lack records before they count as late, 1 to 86,400.</param>
public sealed record ChannelDefinition(string Title, IReadOnlyList<HopDefinition> Hops, int WindowSeconds = 60, int LateSeconds = 120);

/// <param name="Name">Unique in the channel, see <see cref="EntityKeys"/>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Upstream">The hops it takes from; what they gave together is what it must take. Empty for a source. A hop from which several take gives everything to each.</param>
/// <param name="Account">What it accounts for between taking and giving.</param>
/// <param name="Grain">Key of the <see cref="IHopGrain"/> that knows the hop's records and can send them again; null: it cannot be asked.</param>
/// <param name="GrainClass">Start of the full name of that grain's class, as <c>IGrainFactory.GetGrain</c> takes it.</param>
/// <param name="Instances">How many instances it has: before so many reported it is through with nothing. 0: those that reported so far are all.</param>
/// <param name="Entity">The catalog's entity that the hop is or writes, or null.</param>
public sealed record HopDefinition(
    string Name, HopKind Kind, IReadOnlyList<string> Upstream, HopAccount Account = HopAccount.Content, string? Grain = null, string? GrainClass = null, string? Entity = null,
    int Instances = 0);
