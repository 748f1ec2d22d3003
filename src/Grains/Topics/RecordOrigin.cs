using System.Text;
using Orrery.Interfaces.Ledger;
using Orrery.Log;

namespace Orrery.Grains.Topics;

/// <summary>Where a record began, as its header says.</summary>
static class RecordOrigin
{
    static readonly byte[] Header = Encoding.UTF8.GetBytes(LedgerKeys.OriginHeader);

    /// <summary>The origin; empty: the topic itself.</summary>
    public static string Of(in LogRecord record) =>
        !record.Headers.IsEmpty && LogHeaders.TryFind(record.Headers, Header, out ReadOnlyMemory<byte> origin) ? Encoding.UTF8.GetString(origin.Span) : "";
}
