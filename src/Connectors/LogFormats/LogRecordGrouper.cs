using System.Text;
using System.Text.RegularExpressions;

namespace Orrery.Connectors.LogFormats;

/// <summary>Joins the lines of a file into records by a format's start, for files that were not shipped by the agent (which does the same).</summary>
/// <param name="format">Its start is used.</param>
public sealed class LogRecordGrouper(LogFormat format)
{
    static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(200);

    readonly Regex? start = format.Start is null ? null : new Regex(format.Start, RegexOptions.CultureInvariant, MatchTimeout);
    readonly StringBuilder record = new();
    bool afterStart;

    /// <summary>Takes a line without its end; answers the record before it, if the line ended one.</summary>
    public string? Add(string line)
    {
        if (start is null)
            return line;
        bool isStart = IsStart(line);
        bool ends = record.Length > 0 && ((isStart && !(format.JoinsStarts && afterStart)) || record.Length + line.Length >= LogParser.LengthMax);
        string? done = ends ? Flush() : null;
        if (record.Length > 0)
            record.Append('\n');
        record.Append(line);
        afterStart = isStart;
        return done;
    }

    /// <summary>The last record; null: there is none.</summary>
    public string? Flush()
    {
        string? done = record.Length == 0 ? null : record.ToString();
        record.Clear();
        return done;
    }

    bool IsStart(string line)
    {
        try
        {
            return start!.IsMatch(line);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
