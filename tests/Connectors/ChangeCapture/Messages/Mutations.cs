using System.Globalization;

namespace Orrery.Connectors.Tests.ChangeCapture.Messages;

/// <summary>Messages changed at random: bytes flipped, cut, doubled, moved, replaced by what parsers trip over.</summary>
static class Mutations
{
    static readonly byte[][] Traps =
    [
        "\""u8.ToArray(), "\\"u8.ToArray(), "\\u0000"u8.ToArray(), "\\ud800"u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(), "["u8.ToArray(), "]"u8.ToArray(), ","u8.ToArray(), ":"u8.ToArray(),
        "null"u8.ToArray(), "-1"u8.ToArray(), "1e999"u8.ToArray(), "99999999999999999999999999999999999999999"u8.ToArray(), [0], [0xFF], [0xC3, 0x28], "[[[[[[[["u8.ToArray(), "\"data\":"u8.ToArray(),
        "\"old\":"u8.ToArray(), "{}"u8.ToArray(), "[]"u8.ToArray(), "0000-00-00"u8.ToArray(), "-0"u8.ToArray(), "."u8.ToArray(), "true"u8.ToArray(), "AAAA"u8.ToArray(),
    ];

    /// <summary>How many inputs a parser is tried with: a short run, or what ORRERY_FUZZ_INPUTS says.</summary>
    public static int Count(int byDefault) => int.TryParse(Environment.GetEnvironmentVariable("ORRERY_FUZZ_INPUTS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : byDefault;

    /// <summary>The same inputs in every run, unless ORRERY_FUZZ_SEED says others.</summary>
    public static int Seed => int.TryParse(Environment.GetEnvironmentVariable("ORRERY_FUZZ_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out int seed) ? seed : 20_261_121;

    public static byte[] Of(byte[] original, byte[] other, Random random)
    {
        var bytes = new List<byte>(original);
        for (int change = random.Next(1, 4); change > 0 && bytes.Count > 1; change--)
        {
            int at = random.Next(bytes.Count), length = Math.Min(random.Next(1, 20), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 4: bytes.InsertRange(at, Traps[random.Next(Traps.Length)]); break;
                case 5:
                    bytes.RemoveRange(at, length);
                    bytes.InsertRange(at, Traps[random.Next(Traps.Length)]);
                    break;
                case 6:
                    int from = random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(1, 60), other.Length - from)));
                    break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }
}
