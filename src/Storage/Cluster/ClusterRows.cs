using System.Security.Cryptography;
using Orrery.Runtime.Storage;

namespace Orrery.Storage.Cluster;

/// <summary>What the cluster stores have in common: the checks of what is stored, and the decisions that are made on rows that were read under a lock.</summary>
static class ClusterRows
{
    public const int NameCharactersLimit = 200;
    public const int AddressCharactersLimit = 300;
    public const int BuildCharactersLimit = 200;
    public const int ReasonCharactersLimit = 500;

    /// <summary>An identity for a store that has none: 32 hexadecimal characters that nobody else chooses.</summary>
    public static string NewIdentity() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <exception cref="ArgumentException">A text is too long or the name cannot be stored.</exception>
    public static void Check(MemberRow row)
    {
        var name = row.Id.Name;
        if (name.Length is 0 or > NameCharactersLimit || name.Trim() != name || name.Any(char.IsControl))
        {
            throw new ArgumentException($"The silo name '{name}' cannot be stored: use 1 to {NameCharactersLimit} characters, no control characters, no space at either end.", nameof(row));
        }

        Check(row, "address", row.Address, AddressCharactersLimit);
        Check(row, "build", row.Build, BuildCharactersLimit);
        Check(row, "reason", row.Reason, ReasonCharactersLimit);
    }

    /// <exception cref="ArgumentException">A shard's number is out of range, or is there twice.</exception>
    public static void Check(IReadOnlyList<ShardRow> rows)
    {
        Span<bool> seen = stackalloc bool[GrainShards.Count];
        foreach (var row in rows)
        {
            if ((uint)row.Shard >= GrainShards.Count) throw new ArgumentException($"Shard {row.Shard} does not exist: shards are 0 to {GrainShards.Count - 1}.", nameof(rows));
            if (seen[row.Shard]) throw new ArgumentException($"Shard {row.Shard} is there twice.", nameof(rows));
            seen[row.Shard] = true;
        }
    }

    /// <summary>The rows that the taker gets, with their new terms; both arguments as read under the cluster's lock.</summary>
    public static List<ShardRow> Take(SiloId taker, IReadOnlyList<ShardRow> expected, IReadOnlyDictionary<int, ShardRow> stored, IReadOnlySet<SiloId> live)
    {
        var taken = new List<ShardRow>();
        foreach (var wanted in expected)
        {
            if (!stored.TryGetValue(wanted.Shard, out var row) || row.Term != wanted.Term) continue;
            if (row.Owner is { } owner && live.Contains(owner)) continue;
            taken.Add(new(wanted.Shard, taker, row.Term + 1));
        }

        return taken;
    }

    /// <summary>The rows to remove so that at most <paramref name="kept"/> of those that are not live stay; owners and each name's highest generation always stay.</summary>
    public static List<SiloId> Prune(IReadOnlyList<MemberRow> members, IEnumerable<SiloId> owners, int kept)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kept);
        var staying = members.GroupBy(row => row.Id.Name, StringComparer.Ordinal).Select(group => group.MaxBy(row => row.Id.Generation)!.Id).Concat(owners).ToHashSet();
        return [.. members.Where(row => !row.IsLive).OrderByDescending(row => row.ChangedAt).Skip(kept).Select(row => row.Id).Where(id => !staying.Contains(id))];
    }

    public static IReadOnlyList<MemberRow> Sort(IEnumerable<MemberRow> members) =>
        [.. members.OrderBy(row => row.Id.Name, StringComparer.Ordinal).ThenBy(row => row.Id.Generation)];

    static void Check(MemberRow row, string what, string text, int limit)
    {
        if (text.Length > limit) throw new ArgumentException($"The {what} of silo {row.Id} has {text.Length} characters; at most {limit} are stored.", nameof(row));
    }
}
