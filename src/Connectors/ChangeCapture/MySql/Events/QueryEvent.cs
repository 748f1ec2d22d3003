using Orrery.Connectors.ChangeCapture.MySql.Columns;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;

namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>A statement as it was logged, and what its meaning depends on.</summary>
internal sealed class QueryEvent
{
    const int StatementBytesMax = 64 << 20;

    public required string Database { get; init; }

    public required string Text { get; init; }

    public ulong SqlMode { get; private set; }

    /// <summary>What new databases get; null where it does not say.</summary>
    public string? ServerCharset { get; private set; }

    /// <summary>What the default database gives its tables; null where it does not say.</summary>
    public string? DatabaseCharset { get; private set; }

    public bool? TimestampsMayBeNull { get; private set; }

    public bool QuotesNames => (SqlMode & 4) != 0;

    public bool KeepsBackslashes => (SqlMode & 0x100000) != 0;

    /// <summary>Reads an event's body, checksum left off.</summary>
    /// <exception cref="EventFormatException">It is damaged.</exception>
    public static QueryEvent Read(ReadOnlySpan<byte> body, bool isCompressed)
    {
        var reader = new PacketReader(body);
        reader.Skip(8); // thread, seconds it took
        int databaseBytes = reader.Byte();
        reader.Skip(2); // error
        var status = new PacketReader(reader.Bytes(reader.UInt16()));
        string database = System.Text.Encoding.UTF8.GetString(reader.Bytes(databaseBytes));
        reader.Skip(1);
        var text = reader.Rest();
        byte[] room = [];
        if (isCompressed) text = CompressedEvent.Expand(text, StatementBytesMax, ref room);
        var read = new Status();
        read.Read(ref status);
        return new QueryEvent { Database = database, Text = Decode(text, read.ClientCollation) }.With(read);
    }

    /// <summary>Whether a statement is short and this one, whatever its case.</summary>
    public bool Is(string statement) => Text.Equals(statement, StringComparison.OrdinalIgnoreCase);

    public bool Begins(string words) => Text.StartsWith(words, StringComparison.OrdinalIgnoreCase);

    static string Decode(ReadOnlySpan<byte> text, int collation)
    {
        string charset = Charsets.OfCollationNumber(collation) ?? "utf8mb4";
        try
        {
            return charset is "binary" ? System.Text.Encoding.UTF8.GetString(text) : Charsets.FormOf(charset).ToText(text);
        }
        catch (Exception error) when (error is NotSupportedException or System.Text.DecoderFallbackException)
        {
            // Names of tables are mostly ASCII; whether the rest matters shows when rows and definition are compared.
            return System.Text.Encoding.UTF8.GetString(text);
        }
    }

    QueryEvent With(Status status)
    {
        SqlMode = status.SqlMode;
        ServerCharset = status.ServerCollation > 0 ? Charsets.OfCollationNumber(status.ServerCollation) : null;
        DatabaseCharset = status.DatabaseCollation > 0 ? Charsets.OfCollationNumber(status.DatabaseCollation) : null;
        TimestampsMayBeNull = status.TimestampsMayBeNull;
        return this;
    }

    struct Status
    {
        public ulong SqlMode;
        public int ClientCollation, ServerCollation, DatabaseCollation;
        public bool? TimestampsMayBeNull;

        public void Read(ref PacketReader reader)
        {
            while (reader.Left > 0)
            {
                switch (reader.Byte())
                {
                    case 0: reader.Skip(4); break;
                    case 1: SqlMode = reader.UInt64(); break;
                    case 2: reader.Skip(reader.Byte() + 1); break;
                    case 3: reader.Skip(4); break;
                    case 4:
                        ClientCollation = reader.UInt16();
                        reader.Skip(2);
                        ServerCollation = reader.UInt16();
                        break;
                    case 5 or 6: reader.Skip(reader.Byte()); break;
                    case 7: reader.Skip(2); break;
                    case 8: DatabaseCollation = reader.UInt16(); break;
                    case 9: reader.Skip(8); break;
                    case 10: reader.Skip(4); break;
                    case 11:
                        reader.Skip(reader.Byte());
                        reader.Skip(reader.Byte());
                        break;
                    case 12:
                        for (int left = reader.Byte(); left is > 0 and < 254; left--) reader.ToZero();
                        break;
                    case 13 or 128: reader.Skip(3); break;
                    case 16: TimestampsMayBeNull = reader.Byte() != 0; break;
                    case 17 or 129: reader.Skip(8); break;
                    case 18: reader.Skip(2); break;
                    case 19 or 20: reader.Skip(1); break;
                    default: return; // The lengths of what a later version adds are not known; what matters stands before.
                }
            }
        }
    }
}
