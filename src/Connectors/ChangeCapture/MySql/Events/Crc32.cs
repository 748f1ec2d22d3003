using System.Buffers.Binary;

namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>The CRC-32 of zlib (polynomial 0x04C11DB7, reflected), eight bytes at a time.</summary>
internal static class Crc32
{
    static readonly uint[] Tables = MakeTables();

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<uint> tables = Tables;
        while (bytes.Length >= 16)
        {
            uint a = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc, b = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            uint c = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]), d = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
            crc = tables[(15 << 8) + (byte)a] ^ tables[(14 << 8) + (byte)(a >> 8)] ^ tables[(13 << 8) + (byte)(a >> 16)] ^ tables[(12 << 8) + (int)(a >> 24)]
                ^ tables[(11 << 8) + (byte)b] ^ tables[(10 << 8) + (byte)(b >> 8)] ^ tables[(9 << 8) + (byte)(b >> 16)] ^ tables[(8 << 8) + (int)(b >> 24)]
                ^ tables[(7 << 8) + (byte)c] ^ tables[(6 << 8) + (byte)(c >> 8)] ^ tables[(5 << 8) + (byte)(c >> 16)] ^ tables[(4 << 8) + (int)(c >> 24)]
                ^ tables[(3 << 8) + (byte)d] ^ tables[(2 << 8) + (byte)(d >> 8)] ^ tables[(1 << 8) + (byte)(d >> 16)] ^ tables[(int)(d >> 24)];
            bytes = bytes[16..];
        }

        foreach (byte part in bytes) crc = tables[(byte)(crc ^ part)] ^ (crc >> 8);
        return ~crc;
    }

    static uint[] MakeTables()
    {
        var tables = new uint[16 << 8];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            tables[value] = crc;
        }

        for (int table = 1; table < 16; table++)
            for (int value = 0; value < 256; value++)
            {
                uint crc = tables[((table - 1) << 8) + value];
                tables[(table << 8) + value] = (crc >> 8) ^ tables[(byte)crc];
            }

        return tables;
    }
}
