using Orrery.Connectors.LogFormats;
using Orrery.Connectors.LogObjects;

namespace Orrery.Grains.Channels.Collecting;

/// <summary>The parsers of one batch: one for each file. Where the format is not named, it is found from the batch's own lines, source by source, so that the same batch is always read alike.</summary>
sealed class LineParsers
{
    public const string Auto = "auto";
    const int SampleMax = 200;

    readonly Dictionary<string, LogFormat> formats = [];
    readonly Dictionary<string, LogParser> parsers = [];

    /// <param name="format">A format's name, or <see cref="Auto"/>.</param>
    /// <param name="lines">All lines of the batch.</param>
    public LineParsers(string format, IReadOnlyList<ShippedLine> lines)
    {
        foreach (IGrouping<string, ShippedLine> source in lines.GroupBy(static line => line.Source))
            formats[source.Key] = LogFormat.Find(format) ?? LogFormat.Detect(source.Take(SampleMax).Select(static line => line.Text)) ?? LogFormat.Find("text")!;
    }

    /// <summary>The names of all formats, for people.</summary>
    public static string Names => string.Join(", ", LogFormat.All.Select(static format => format.Name));

    public static bool Knows(string format) => format == Auto || LogFormat.Find(format) is not null;

    /// <summary>The parser of a line's file.</summary>
    /// <param name="line">The line.</param>
    /// <param name="head">What head lines of the file have said in earlier batches.</param>
    public LogParser For(ShippedLine line, string head)
    {
        if (!parsers.TryGetValue(line.File, out LogParser? parser))
        {
            parsers[line.File] = parser = formats[line.Source].Open(new LogParseOptions { Reference = DateTimeOffset.FromUnixTimeMilliseconds(line.TimestampMilliseconds) });
            parser.State = head;
        }

        return parser;
    }
}
