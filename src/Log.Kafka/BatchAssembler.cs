using System.Buffers;
using Confluent.Kafka;

namespace Orrery.Log.Kafka;

/// <summary>
/// Makes batches of a partition's records, as they come in the order of their offsets. Not for several threads at once.
/// <para>A batch of Orrery's own counts once all of its records are there; a batch that is cut short, because its owner was lost or its append failed, is left out, as is
/// whatever an owner wrote behind the claim of a higher one. Records of others, which carry no tag, are batches of their own.</para>
/// <para>Where others wrote between the records of a batch, it is given in pieces, so that every piece has consecutive offsets. They all carry its producer.</para>
/// </summary>
sealed class BatchAssembler
{
    const int ForeignBytesLimit = 64 << 10;

    readonly bool encodes;
    readonly ArrayBufferWriter<byte> output = new(4096);
    readonly List<Piece> pieces = []; // of the open batch, in order
    readonly Stack<LogBatchEncoder> encoders = [];
    Piece? open;
    RecordTag first; // of the open batch
    long firstOffset = -1, highestOwner;
    int seen;

    /// <param name="claims">Who owned the partition from which offset on.</param>
    /// <param name="offset">Where reading begins.</param>
    /// <param name="encodes">Whether batches are wanted, or only what they say.</param>
    public BatchAssembler(IEnumerable<OwnerClaim> claims, long offset, bool encodes)
    {
        this.encodes = encodes;
        NextOffset = offset;
        foreach (var claim in claims)
        {
            if (claim.Offset < offset) highestOwner = Math.Max(highestOwner, claim.Owner);
        }
    }

    /// <summary>Where reading goes on: behind the last record, or at the first one of a batch that is not whole yet.</summary>
    public long NextOffset { get; private set; }

    /// <summary>Bytes of the batches so far.</summary>
    public int Bytes => output.WrittenCount;

    public ReadOnlyMemory<byte> Encoded => output.WrittenMemory;

    /// <summary>Whole batches of Orrery's own, with the offset of the first record and that after the last.</summary>
    public List<(RecordTag Tag, long BaseOffset, long EndOffset)> Completed { get; } = [];

    public List<(RecordTag Tag, long Offset, Marker Content)> Markers { get; } = [];

    /// <summary>The offset at which the batch of the first record begins, where reading began in the middle of it; else null.</summary>
    public long? BeganWithin { get; private set; }

    public void Add(ConsumeResult<byte[]?, byte[]?> record)
    {
        long offset = record.Offset.Value;
        var message = record.Message;
        if (FindTag(message.Headers) is not { } tag) AddForeign(offset, message);
        else if (tag.Owner >= highestOwner) AddOwn(offset, tag, message);
        // Else: written by an owner after another had claimed the partition. It was never acknowledged.
        NextOffset = firstOffset >= 0 ? firstOffset : offset + 1;
    }

    /// <summary>Gives what others wrote and waits for more of it.</summary>
    public void Flush()
    {
        if (firstOffset < 0) Emit();
    }

    public static RecordTag? FindTag(Headers? headers)
    {
        if (headers is null) return null;
        for (int index = 0; index < headers.Count; index++)
        {
            if (headers[index].Key == RecordTag.HeaderName) return RecordTag.Decode(headers[index].GetValueBytes());
        }

        return null;
    }

    void AddForeign(long offset, Message<byte[]?, byte[]?> message)
    {
        var piece = open is { IsOwn: false } && open.NextOffset == offset ? open : Begin(offset, isOwn: false, message.Timestamp.UnixTimestampMs);
        Write(piece, message, message.Timestamp.UnixTimestampMs, HeadersOf(message.Headers));
        if (firstOffset < 0 && piece.Encoder.Bytes >= ForeignBytesLimit) Emit();
    }

    void AddOwn(long offset, in RecordTag tag, Message<byte[]?, byte[]?> message)
    {
        if (tag.IsFirst || tag.Owner != first.Owner || tag.Index != seen || firstOffset < 0)
        {
            // What was open is cut short: its owner was lost, or gave the append up.
            if (tag.Owner > highestOwner || tag.IsFirst) DropOwn();
            if (!tag.IsFirst)
            {
                if (firstOffset < 0 && Completed.Count == 0 && Markers.Count == 0 && BeganWithin is null) BeganWithin = offset - tag.Index;
                return;
            }

            highestOwner = tag.Owner;
            if (tag.IsMarker)
            {
                Markers.Add((tag, offset, Marker.Decode(message.Value)));
                return;
            }

            if (open is not null) Emit();
            (first, firstOffset, seen) = (tag, offset, 0);
        }

        var piece = open is { IsOwn: true } && open.NextOffset == offset ? open : Begin(offset, isOwn: true, first.AppendedMilliseconds);
        Write(piece, message, tag.EventMilliseconds ?? message.Timestamp.UnixTimestampMs, HeadersOf(message.Headers));
        if (++seen < first.Records) return;
        Completed.Add((first, firstOffset, offset + 1));
        firstOffset = -1;
        Emit();
    }

    Piece Begin(long offset, bool isOwn, long appendedMilliseconds)
    {
        var encoder = encoders.TryPop(out var used) ? used : new LogBatchEncoder();
        pieces.Add(open = new Piece(offset, isOwn, isOwn ? first.Producer : LogProducer.None, appendedMilliseconds, encoder) { NextOffset = offset });
        return open;
    }

    void Write(Piece piece, Message<byte[]?, byte[]?> message, long eventMilliseconds, ReadOnlySpan<byte> headers)
    {
        piece.NextOffset++;
        if (encodes) piece.Encoder.Add(message.Key, message.Value, eventMilliseconds, headers);
    }

    void DropOwn()
    {
        if (firstOffset < 0) return;
        firstOffset = -1;
        foreach (var piece in pieces.Where(static piece => piece.IsOwn)) Recycle(piece);
        pieces.RemoveAll(static piece => piece.IsOwn);
        Emit();
    }

    void Emit()
    {
        foreach (var piece in pieces)
        {
            if (encodes)
            {
                var batch = piece.Encoder.Finish(piece.Producer);
                var target = output.GetSpan(batch.Length)[..batch.Length];
                batch.Span.CopyTo(target);
                LogBatches.Stamp(target, piece.BaseOffset, piece.AppendedMilliseconds);
                output.Advance(batch.Length);
            }

            Recycle(piece);
        }

        pieces.Clear();
        open = null;
    }

    void Recycle(Piece piece)
    {
        piece.Encoder.Reset();
        encoders.Push(piece.Encoder);
    }

    static ReadOnlySpan<byte> HeadersOf(Headers? headers)
    {
        if (headers is null || headers.Count == 0 || (headers.Count == 1 && headers[0].Key == RecordTag.HeaderName)) return default;
        var kept = headers.Where(static header => header.Key.Length > 0 && header.Key != RecordTag.HeaderName)
            .Select(static header => (header.Key, (ReadOnlyMemory<byte>)(header.GetValueBytes() ?? []))).ToArray();
        return LogHeaders.Encode(kept);
    }

    /// <summary>Consecutive records of one batch, or of nobody's.</summary>
    sealed class Piece(long baseOffset, bool isOwn, LogProducer producer, long appendedMilliseconds, LogBatchEncoder encoder)
    {
        public long BaseOffset { get; } = baseOffset;

        public bool IsOwn { get; } = isOwn;

        public LogProducer Producer { get; } = producer;

        public long AppendedMilliseconds { get; } = appendedMilliseconds;

        public LogBatchEncoder Encoder { get; } = encoder;

        public long NextOffset { get; set; }
    }
}
