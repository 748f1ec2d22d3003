using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.Tests.Landing;

/// <summary>Records, a hash and readings for the tests of landing.</summary>
static class Landings
{
    public const long Start = 1_795_255_200_000;

    /// <summary>Any strong function does: the lander only adds up what it gives.</summary>
    public static UInt128 Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestamp)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(timestamp));
        hash.AppendData(BitConverter.GetBytes(key.Length));
        hash.AppendData(key);
        hash.AppendData(value);
        return new UInt128(BitConverter.ToUInt64(hash.GetCurrentHash()), BitConverter.ToUInt64(hash.GetCurrentHash(), 8));
    }

    /// <summary>Records of every kind that a topic can hold, spread over a few hours, some late, some with gaps in their offsets.</summary>
    public static List<LandingRecord> Make(int seed, int count, long from = 0, int hours = 6)
    {
        var random = new Random(seed);
        var records = new List<LandingRecord>(count);
        long offset = from;
        for (int i = 0; i < count; i++, offset += random.Next(10) == 0 ? random.Next(1, 5) : 1)
            records.Add(new LandingRecord(offset, Some(random), Some(random), Start + (random.Next(hours) - hours / 2) * 3_600_000L + random.Next(3_600_000), random.Next(3) == 0 ? "" : $"site-{random.Next(3)}", random.Next(4) == 0 ? Some(random) : default));
        return records;
    }

    public static async Task<LandingManifest> LandAsync(this FileLander lander, IEnumerable<LandingRecord> records, CancellationToken stop, long? to = null)
    {
        long last = -1;
        foreach (LandingRecord record in records)
        {
            lander.TryAdd(record).ShouldBeTrue();
            last = record.Offset;
        }

        return await lander.CommitAsync(to ?? last + 1, stop);
    }

    public static async Task<List<LandingRecord>> AllAsync(this ManifestReader reader, CancellationToken stop)
    {
        var all = new List<LandingRecord>();
        await foreach (LandingManifest manifest in reader.CommitsAsync(0, stop))
            await foreach (LandingRecord record in reader.RecordsAsync(manifest, stop))
                all.Add(record);
        return all;
    }

    public static async Task<List<string>> NamesAsync(this IObjectStore store, string prefix, CancellationToken stop)
    {
        var names = new List<string>();
        await foreach (ObjectEntry entry in store.AllAsync(prefix, null, stop))
            names.Add(entry.Name);
        return names;
    }

    public static void ShouldBeExactly(this IReadOnlyList<LandingRecord> actual, IReadOnlyList<LandingRecord> expected, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        actual.Count.ShouldBe(expected.Count, what);
        for (int i = 0; i < expected.Count; i++)
        {
            actual[i].Offset.ShouldBe(expected[i].Offset);
            actual[i].TimestampMilliseconds.ShouldBe(expected[i].TimestampMilliseconds);
            actual[i].Origin.ShouldBe(expected[i].Origin);
            actual[i].Key.ToArray().ShouldBe(expected[i].Key.ToArray(), $"key at {expected[i].Offset}");
            actual[i].Value.ToArray().ShouldBe(expected[i].Value.ToArray(), $"value at {expected[i].Offset}");
            actual[i].Headers.ToArray().ShouldBe(expected[i].Headers.ToArray(), $"headers at {expected[i].Offset}");
        }
    }

    public static LandingSum Sum(IEnumerable<LandingRecord> records) => records.Aggregate(LandingSum.Empty, (sum, record) => sum + LandingSum.Of(record, Hash));

    static byte[] Some(Random random)
    {
        switch (random.Next(12))
        {
            case 0: return [];
            case 1: return Random(random, 40);
            case 2: return Encoding.UTF8.GetBytes("{\"order\": 12,  \"name\":\"陈\\u00e9\\ud83d\\ude00\",\"n\":1.50,\"n\":2, \"deep\":[[{}]]}");
            case 3: return Encoding.UTF8.GetBytes("{ not json }");
            case 4: return Encoding.UTF8.GetBytes("{\"a\":\n1}");
            case 5: return Encoding.UTF8.GetBytes("line one\r\nline \"two\", with\ttab and \0 and 日志 😀\u2028\u007f");
            case 6: return Encoding.UTF8.GetBytes(new string('[', 100));
            case 7: return [0xC3, 0x28, 0xFF, (byte)'\n', 0];
            case 8: return Encoding.UTF8.GetBytes("{" + string.Concat(Enumerable.Repeat("\"a\":{", 70)) + "\"b\":1" + new string('}', 71));
            case 9: return Encoding.UTF8.GetBytes(" {\"space\":1} ");
            case 10: return Encoding.UTF8.GetBytes("\"");
            default: return Encoding.UTF8.GetBytes($"order-{random.Next()}");
        }
    }

    static byte[] Random(Random random, int lengthMax)
    {
        byte[] bytes = new byte[random.Next(1, lengthMax)];
        random.NextBytes(bytes);
        return bytes;
    }
}
