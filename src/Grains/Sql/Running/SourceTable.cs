using Orrery.Grains.Sql.Checkpoints;
using Orrery.Grains.Sql.Sources;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Sql.Running;

/// <summary>A table of the graph with what it is read from.</summary>
sealed class SourceTable(string name, long version, string topic, TableOptions options, IRowDecoder decoder, RowTarget target, SourceCursor[] cursors) : IDisposable
{
    long lookedMilliseconds, lookedRecords;
    double perSecond;

    public string Name { get; } = name;

    /// <summary>Of its definition: made anew, it is another table.</summary>
    public long Version { get; } = version;

    /// <summary>Of a generator: its name.</summary>
    public string Topic { get; } = topic;

    public TableOptions Options { get; } = options;

    public IRowDecoder Decoder { get; } = decoder;

    public RowTarget Target { get; } = target;

    public SourceCursor[] Cursors { get; } = cursors;

    /// <summary>Of each partition, where it began to be read when the table was made.</summary>
    public long[] Starts { get; private set; } = [.. cursors.Select(static cursor => cursor.Offset)];

    /// <summary>Of each partition: every record below it is in the views.</summary>
    public long[] Applied { get; } = [.. cursors.Select(static cursor => cursor.Offset)];

    /// <summary>Records that could not be read, since the dataflow began here.</summary>
    public long Rejected { get; set; }

    /// <summary>When the newest record that was taken had been appended; null: none was.</summary>
    public long? NewestMilliseconds { get; set; }

    /// <summary>Records that were taken in a second, since it was asked last, a second ago at least.</summary>
    public double RecordsPerSecond(long nowMilliseconds)
    {
        long taken = Applied.Sum();
        if (lookedMilliseconds == 0)
            (lookedMilliseconds, lookedRecords) = (nowMilliseconds, taken);
        else if (nowMilliseconds - lookedMilliseconds >= 1_000)
            (perSecond, lookedMilliseconds, lookedRecords) = (Math.Max(0, (taken - lookedRecords) * 1000.0 / (nowMilliseconds - lookedMilliseconds)), nowMilliseconds, taken);
        return perSecond;
    }

    public TablePosition Position() => new(Name, Version, Options.Connector == TableOptions.Nexmark ? "" : Topic, Starts, [.. Applied], Rejected, NewestMilliseconds);

    /// <summary>Goes on from where a checkpoint was written.</summary>
    public void Restore(TablePosition position)
    {
        (Starts, Rejected, NewestMilliseconds) = (position.Starts, position.Rejected, position.NewestMilliseconds);
        foreach (SourceCursor cursor in Cursors)
            cursor.MoveTo(Applied[cursor.Partition] = position.Offsets[cursor.Partition]);
    }

    public IEnumerable<SourceLag> Lags(long nowMilliseconds) => Cursors.Select(cursor => new SourceLag(
        Name, Topic, cursor.Partition, Applied[cursor.Partition], Math.Max(cursor.End, cursor.Offset), cursor.End <= Applied[cursor.Partition] ? 0 : NewestMilliseconds is { } newest ? Math.Max(0, (nowMilliseconds - newest) / 1000.0) : null));

    public void Dispose()
    {
        foreach (SourceCursor cursor in Cursors)
            cursor.EndReading();
        Target.Dispose();
    }
}
