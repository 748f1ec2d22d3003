using System.Text.RegularExpressions;
using Orrery.Connectors.LogObjects;

namespace Orrery.Agent.Logs;

/// <summary>
/// Cuts bytes into records. It keeps nothing between calls: what is not a whole record yet is given again with more behind it, so a crash
/// between two calls changes no record's place.
/// </summary>
internal sealed class LogSplitter(LogSource source)
{
    readonly Regex? start = source.StartPattern();

    /// <summary>A record: its place in the bytes, and what happened to it.</summary>
    public readonly record struct Piece(int Start, int Length, ShippedMarks Marks);

    /// <param name="text">The file's encoding.</param>
    /// <param name="bytes">From the beginning of a record.</param>
    /// <param name="closesRecord">Whether the last lines that have ends make up a whole record.</param>
    /// <param name="closesLine">Whether a last line without an end is one too.</param>
    /// <param name="pieces">Takes the records found.</param>
    public void Split(LogText text, ReadOnlySpan<byte> bytes, bool closesRecord, bool closesLine, List<Piece> pieces)
    {
        int record = 0, at = 0, max = source.RecordBytesMax & ~1;
        bool afterStart = false;
        while (true)
        {
            int end = text.EndOfLine(bytes[at..]);
            int next = end < 0 ? bytes.Length : at + end;
            if (next - record > max)
            {
                int cut = at > record ? at : record + text.SafeCut(bytes[record..], max);
                pieces.Add(new Piece(record, cut - record, ShippedMarks.Cut));
                (record, at, afterStart) = (cut, cut, false);
                continue;
            }

            if (end < 0)
                break;
            if (start is null)
            {
                pieces.Add(new Piece(record, next - record, ShippedMarks.None));
                record = next;
            }
            else
            {
                bool isStart = IsStart(text, bytes[at..next]);
                if (isStart && at > record && !(source.JoinStarts && afterStart))
                {
                    pieces.Add(new Piece(record, at - record, ShippedMarks.None));
                    record = at;
                }

                afterStart = isStart;
            }

            at = next;
        }

        if (closesLine && at < bytes.Length)
            pieces.Add(new Piece(record, bytes.Length - record, ShippedMarks.Unterminated));
        else if (closesRecord && at > record)
            pieces.Add(new Piece(record, at - record, ShippedMarks.None));
    }

    bool IsStart(LogText text, ReadOnlySpan<byte> line)
    {
        try
        {
            return start!.IsMatch(text.Decode(line).Text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
