using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Orrery.Log.Kafka;

/// <summary>Keys and values as bytes. An empty key is none; an empty value is none, too, which is what compaction takes for the end of a key.</summary>
static class KafkaBytes
{
    public static ISerializer<ReadOnlyMemory<byte>> KeyWriter { get; } = new Serializer();

    public static ISerializer<ReadOnlyMemory<byte>> ValueWriter { get; } = new Serializer();

    public static IDeserializer<byte[]?> Reader { get; } = new Deserializer();

    sealed class Serializer : ISerializer<ReadOnlyMemory<byte>>
    {
        public byte[] Serialize(ReadOnlyMemory<byte> data, SerializationContext context)
        {
            if (data.IsEmpty) return null!;
            return MemoryMarshal.TryGetArray(data, out var array) && array.Offset == 0 && array.Count == array.Array!.Length ? array.Array : data.ToArray();
        }
    }

    sealed class Deserializer : IDeserializer<byte[]?>
    {
        public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull || data.IsEmpty ? null : data.ToArray();
    }
}
