using System.Buffers.Binary;
using System.Numerics;

namespace Orrery.Grains.Tests.Health.Series;

static class ChunkDamage
{
    /// <summary>Gives damaged bytes a right checksum, so that the decoder behind it is reached.</summary>
    public static void FixChecksum(byte[] chunk)
    {
        if (chunk.Length < 4) return;
        uint crc = uint.MaxValue;
        foreach (byte part in chunk.AsSpan(0, chunk.Length - 4)) crc = BitOperations.Crc32C(crc, part);
        BinaryPrimitives.WriteUInt32LittleEndian(chunk.AsSpan(chunk.Length - 4), ~crc);
    }
}
