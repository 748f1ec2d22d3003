using System.Buffers.Binary;
using Orrery.Log.Embedded;
using Orrery.Log.Format;

namespace Orrery.Log.Kafka;

/// <summary>
/// A record by which an owner claims a partition, and from time to time writes down what the next one has to know: who owned it from which offset on, and how far
/// each producer got up to an offset. Readers pass it over.
/// </summary>
/// <param name="CoveredOffset">Producers are those of the batches below it; what follows has to be read.</param>
/// <param name="Owners">The newest owners, each with the offset of its first marker.</param>
/// <param name="Producers">The last durable batch of each.</param>
sealed record Marker(long CoveredOffset, IReadOnlyList<OwnerClaim> Owners, IReadOnlyList<KeyValuePair<long, ProducerMark>> Producers)
{
    const byte Version = 1;
    const int OwnersLimit = 64;

    public byte[] Encode()
    {
        var owners = Owners.TakeLast(OwnersLimit).ToArray();
        byte[] bytes = new byte[32 + (owners.Length * 2 * Varint.BytesLimit) + (Producers.Count * (8 + (4 * Varint.BytesLimit)))];
        bytes[0] = Version;
        int position = Varint.Write(bytes, 1, (ulong)CoveredOffset);
        position = Varint.Write(bytes, position, (ulong)owners.Length);
        foreach (var owner in owners)
        {
            position = Varint.Write(bytes, position, (ulong)owner.Owner);
            position = Varint.Write(bytes, position, (ulong)owner.Offset);
        }

        position = Varint.Write(bytes, position, (ulong)Producers.Count);
        foreach (var (id, mark) in Producers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(position), id);
            position = Varint.Write(bytes, position + 8, Varint.ZigZag(mark.Position.Epoch));
            position = Varint.Write(bytes, position, Varint.ZigZag(mark.Position.Sequence));
            position = Varint.Write(bytes, position, Varint.ZigZag(mark.BaseOffset));
            position = Varint.Write(bytes, position, Varint.ZigZag(mark.AppendedMilliseconds));
        }

        return bytes[..position];
    }

    /// <exception cref="LogCorruptException">The bytes are no marker.</exception>
    public static Marker Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != Version) throw new LogCorruptException($"A marker of {bytes.Length} bytes has another version than {Version}: it was written by a newer release.");
        int position = 1;
        long covered = (long)Varint.Read(bytes, ref position);
        var owners = new List<OwnerClaim>();
        for (ulong left = Varint.Read(bytes, ref position); left > 0; left--) owners.Add(new OwnerClaim((long)Varint.Read(bytes, ref position), (long)Varint.Read(bytes, ref position)));
        var producers = new List<KeyValuePair<long, ProducerMark>>();
        for (ulong left = Varint.Read(bytes, ref position); left > 0; left--)
        {
            if (bytes.Length - position < 8) throw new LogCorruptException($"A marker of {bytes.Length} bytes ends within a producer.");
            long id = BinaryPrimitives.ReadInt64LittleEndian(bytes[position..]);
            position += 8;
            int epoch = (int)Varint.UnZigZag(Varint.Read(bytes, ref position));
            long sequence = Varint.UnZigZag(Varint.Read(bytes, ref position)), baseOffset = Varint.UnZigZag(Varint.Read(bytes, ref position));
            producers.Add(KeyValuePair.Create(id, new ProducerMark(new LogProducerPosition(epoch, sequence), baseOffset, Varint.UnZigZag(Varint.Read(bytes, ref position)))));
        }

        return new Marker(covered, owners, producers);
    }
}

/// <summary>Who claimed a partition, and at which offset. What a lower owner wrote behind it does not count.</summary>
/// <param name="Owner">The term, and how often it was opened anew in that term.</param>
readonly record struct OwnerClaim(long Owner, long Offset)
{
    /// <summary>How often a partition may be opened anew in one term.</summary>
    public const int OpeningsBits = 12;

    public static long TermOf(long owner) => owner >> OpeningsBits;

    public static long FirstOf(long term) => term << OpeningsBits;
}
