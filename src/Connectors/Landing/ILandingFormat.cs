using System.Buffers;

namespace Orrery.Connectors.Landing;

/// <summary>How a record stands in a file. Key, value, timestamp, origin and headers come back exactly as they went in.</summary>
interface ILandingFormat
{
    /// <summary>What a file begins with.</summary>
    byte[] Head { get; }

    /// <summary>Writes a record with its line end.</summary>
    void Write(in LandingRecord record, IBufferWriter<byte> to);

    /// <summary>How many of the bytes make up the next record (with its line end); 0: more are needed.</summary>
    int Find(ReadOnlySpan<byte> bytes);

    /// <summary>Reads what <see cref="Find"/> found.</summary>
    /// <exception cref="FormatException">It is not a record.</exception>
    LandingRecord Read(ReadOnlySpan<byte> line);
}
