using Orrery.Grains.Sql.Sources;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Sql.Running;

/// <summary>A table of the graph with what it is read from.</summary>
sealed class SourceTable(string name, string topic, TableOptions options, IRowDecoder decoder, RowTarget target, SourceCursor[] cursors) : IDisposable
{
    public string Name { get; } = name;

    /// <summary>Of a generator: its name.</summary>
    public string Topic { get; } = topic;

    public TableOptions Options { get; } = options;

    public IRowDecoder Decoder { get; } = decoder;

    public RowTarget Target { get; } = target;

    public SourceCursor[] Cursors { get; } = cursors;

    /// <summary>Of each partition: every record below it is in the views.</summary>
    public long[] Applied { get; } = [.. cursors.Select(static cursor => cursor.Offset)];

    /// <summary>Records that could not be read, since the dataflow began here.</summary>
    public long Rejected { get; set; }

    /// <summary>When the newest record that was taken had been appended; null: none was.</summary>
    public long? NewestMilliseconds { get; set; }

    public IEnumerable<SourceLag> Lags(long nowMilliseconds) => Cursors.Select(cursor => new SourceLag(
        Name, Topic, cursor.Partition, Applied[cursor.Partition], Math.Max(cursor.End, cursor.Offset), cursor.End <= Applied[cursor.Partition] ? 0 : NewestMilliseconds is { } newest ? Math.Max(0, (nowMilliseconds - newest) / 1000.0) : null));

    public void Dispose() => Target.Dispose();
}
