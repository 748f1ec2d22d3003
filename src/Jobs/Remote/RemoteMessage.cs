using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Remote;

/// <summary>What one half says to the other: an operation, its JSON, rows. It travels packed, in parts.</summary>
/// <param name="Op">What is asked, or answered.</param>
/// <param name="Json">UTF-8; empty: nothing.</param>
/// <param name="Rows">Rows as they are encoded, each behind its length in four bytes.</param>
readonly record struct RemoteMessage(RemoteOp Op, byte[] Json, ReadOnlyMemory<byte> Rows)
{
    /// <summary>Bytes of a message that is not packed; a row is never cut, so that this bounds rows, too.</summary>
    public const int BytesMax = 1 << 30;

    const int HeadBytes = 5, LengthBytes = 4;

    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static RemoteMessage Of(RemoteOp op) => new(op, [], default);

    public static RemoteMessage Of<T>(RemoteOp op, T value) => new(op, JsonSerializer.SerializeToUtf8Bytes(value, Options), default);

    public static RemoteMessage OfRows(IReadOnlyList<byte[]> pieces) => new(RemoteOp.Rows, [], Join(pieces));

    public T Read<T>() => JsonSerializer.Deserialize<T>(Json, Options) ?? throw new InvalidDataException($"The other half's {Op} has no content.");

    /// <summary>The rows of a batch as a message carries them.</summary>
    public static byte[] Encode(RowBatch batch)
    {
        byte[] bytes = new byte[batch.Bytes + (batch.Count * LengthBytes)];
        int at = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<byte> encoded = batch[row];
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), encoded.Length);
            encoded.CopyTo(bytes.AsSpan(at + LengthBytes));
            at += LengthBytes + encoded.Length;
        }

        return bytes;
    }

    /// <summary>Takes the rows into a batch.</summary>
    /// <exception cref="InvalidDataException">They are cut off.</exception>
    public void Decode(RowBatch into)
    {
        for (ReadOnlySpan<byte> left = Rows.Span; left.Length > 0;)
        {
            int length = left.Length < LengthBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(left);
            if (length < 0 || length > left.Length - LengthBytes) throw new InvalidDataException("The other half's rows are cut off.");
            into.AddEncoded(left.Slice(LengthBytes, length));
            left = left[(LengthBytes + length)..];
        }
    }

    public byte[] Pack()
    {
        using var packed = new MemoryStream();
        using (var stream = new DeflateStream(packed, CompressionLevel.Fastest))
        {
            Span<byte> head = stackalloc byte[HeadBytes];
            head[0] = (byte)Op;
            BinaryPrimitives.WriteInt32LittleEndian(head[1..], Json.Length);
            stream.Write(head);
            stream.Write(Json);
            stream.Write(Rows.Span);
        }

        return packed.ToArray();
    }

    /// <exception cref="InvalidDataException">It is none, or has more than <see cref="BytesMax"/> bytes.</exception>
    public static RemoteMessage Unpack(ReadOnlyMemory<byte> packed)
    {
        using var bytes = new MemoryStream();
        using (var stream = new DeflateStream(new MemoryStream(packed.ToArray(), writable: false), CompressionMode.Decompress))
        {
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if (bytes.Length + read > BytesMax) throw new InvalidDataException($"A message has more than {BytesMax} bytes, which is the most that travels between the halves of a job.");
                bytes.Write(buffer, 0, read);
            }
        }

        ReadOnlyMemory<byte> all = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        int json = all.Length < HeadBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(all.Span[1..]);
        if (json < 0 || json > all.Length - HeadBytes) throw new InvalidDataException("What came is no message of the other half.");
        return new RemoteMessage((RemoteOp)all.Span[0], all.Slice(HeadBytes, json).ToArray(), all[(HeadBytes + json)..]);
    }

    static byte[] Join(IReadOnlyList<byte[]> pieces)
    {
        if (pieces.Count == 1) return pieces[0];
        byte[] all = new byte[pieces.Sum(static piece => piece.Length)];
        int at = 0;
        foreach (byte[] piece in pieces)
        {
            piece.CopyTo(all, at);
            at += piece.Length;
        }

        return all;
    }
}

/// <summary>Operations are asked one after the other; the answers are <see cref="Answer"/>, <see cref="Rows"/> and <see cref="Error"/>.</summary>
enum RemoteOp : byte
{
    Answer = 1,
    Error,

    /// <summary>Rows of a writing that was begun, or the next ones of a reading.</summary>
    Rows,

    /// <summary>All rows of a writing were told; or there are no more of a reading.</summary>
    NoRows,

    /// <summary>Breaks a writing off.</summary>
    Break,

    /// <summary>Answers the database's name.</summary>
    Open,
    Texts,
    Execute,
    Begin,
    Commit,
    Rollback,
    ListTables,
    ReadTable,
    Write,
    Read,
    Digest,
}

/// <summary>The arguments of operations.</summary>
sealed record RemoteWrite(RemoteVerb Verb, TableDefinition Table, Connectors.Rows.TableSchema Rows);

enum RemoteVerb
{
    Insert,
    Upsert,
    Delete,
}

sealed record RemoteRead(TableDefinition Table, KeyRange Range, ReadOptions Options);

sealed record RemoteDigest(TableDefinition Table, IReadOnlyList<RemoteColumn> Columns, KeyRange Range, FloatText Floats);

sealed record RemoteColumn(string Name, Connectors.Rows.ColumnType As);

/// <summary>Rows that a reading answers, before any: their schema. Null: there are none.</summary>
sealed record RemoteSchema(Connectors.Rows.TableSchema? Rows);

sealed record RemoteError(string Message, bool IsPassing, bool IsOfRow, bool IsFullDisk, bool IsBroken);
