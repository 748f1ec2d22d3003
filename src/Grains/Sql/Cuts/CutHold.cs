using Orrery.Grains.Sql.Running;
using Orrery.Grains.Sql.Sources;

namespace Orrery.Grains.Sql.Cuts;

/// <summary>
/// Sources that stand still for a cut, and then go on no further than it. It ends by itself after a while, so that whoever asked for it and died holds up nothing.
/// </summary>
/// <param name="id">Whose cut it is.</param>
/// <param name="topics">Which topics stand still; others go on.</param>
sealed class CutHold(string id, string[] topics, TimeProvider time)
{
    /// <summary>From one word of its owner to the next.</summary>
    static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(20);

    readonly long begun = time.GetTimestamp();
    readonly HashSet<string> held = new(topics, StringComparer.Ordinal);
    Dictionary<(string Topic, int Partition), long> places = [];
    long said = time.GetTimestamp();
    TimeSpan patience = SilenceMax;

    public string Id { get; } = id;

    public bool IsOver => time.GetElapsedTime(said) >= patience;

    public double Seconds => time.GetElapsedTime(begun).TotalSeconds;

    /// <summary>Lets the topics be read up to these places.</summary>
    public void Let(CutPlace[] to, TimeSpan within)
    {
        places = to.ToDictionary(static place => (place.Topic, place.Partition), static place => place.Offset);
        (said, patience) = (time.GetTimestamp(), within + SilenceMax);
    }

    public bool Holds(SourceTable table) => held.Contains(table.Topic);

    /// <summary>The offset up to which a table's partition may be read now.</summary>
    public long LimitOf(SourceTable table, SourceCursor cursor) => Holds(table) ? places.GetValueOrDefault((table.Topic, cursor.Partition)) : long.MaxValue;

    /// <summary>Whether a table has everything below its places.</summary>
    public bool IsReachedBy(SourceTable table) => !Holds(table) || table.Cursors.All(cursor => table.Applied[cursor.Partition] >= LimitOf(table, cursor));
}
