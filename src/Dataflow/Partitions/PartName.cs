using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orrery.Dataflow.Partitions;

/// <summary>Names of operators, tables and views between partitions: 64 bits of a digest, the same at all of them.</summary>
internal static class PartName
{
    public static ulong Of(string name) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
