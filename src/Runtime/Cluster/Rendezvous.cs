using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// Who should own a shard: the silo with the highest hash of its name and the shard. A silo that comes or goes moves only its own part, and one that
/// restarts under its name gets its part back.
/// </summary>
internal static class Rendezvous
{
    /// <summary>For each shard the silo that should own it; all null where no silo is given.</summary>
    public static SiloId?[] Owners(IEnumerable<SiloId> silos)
    {
        var owners = new SiloId?[GrainShards.Count];
        var scores = new ulong[GrainShards.Count];
        foreach (var silo in silos.OrderBy(silo => silo.Name, StringComparer.Ordinal).ThenByDescending(silo => silo.Generation))
        {
            ulong name = HashOf(silo.Name);
            for (int shard = 0; shard < GrainShards.Count; shard++)
            {
                ulong score = Mix(name ^ Mix((ulong)shard + 1));
                if (owners[shard] is not null && score <= scores[shard]) continue;
                owners[shard] = silo;
                scores[shard] = score;
            }
        }

        return owners;
    }

    private static ulong HashOf(string name)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (char unit in name) hash = (hash ^ unit) * 0x100000001b3;
        return hash;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
