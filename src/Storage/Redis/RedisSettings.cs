using Orrery.Runtime.Storage;
using StackExchange.Redis;

namespace Orrery.Storage.Redis;

/// <summary>
/// Whether a Redis keeps what it acknowledges. An answer means "on the disk" only where every command is in the append-only file and flushed before the answer leaves; and
/// rows stay only where nothing is evicted. A replica has less than its master acknowledged.
/// </summary>
static class RedisSettings
{
    static readonly (string Name, string Wanted, string Why)[] Wanted =
    [
        ("appendonly", "yes", "otherwise changes are lost with the process"),
        ("appendfsync", "always", "otherwise the last second's changes are lost with the machine, and two silos could own one grain"),
        ("maxmemory-policy", "noeviction", "otherwise rows vanish when memory runs short"),
    ];

    /// <exception cref="ClusterStoreException">Something has to be set otherwise; all of it is named at once.</exception>
    public static async Task CheckAsync(IDatabase database, string description)
    {
        var errors = new List<string>();
        var info = (string)await database.ExecuteAsync("INFO").ConfigureAwait(false) ?? "";
        var role = Field(info, "role");
        if (role != "master") errors.Add($"it is a {(role.Length > 0 ? role : "server of unknown role")}: connect to the master (after a fail-over to a replica the last acknowledged changes may be missing: see the reference of storage before going on)");
        if (Field(info, "cluster_enabled") == "1") errors.Add("it is part of a Redis Cluster: use a single server, because a change of several keys must be one step");
        foreach (var (name, wanted, why) in Wanted)
        {
            var found = await FindAsync(database, name).ConfigureAwait(false);
            if (found is null) errors.Add($"it refuses CONFIG GET {name}: allow that command to this user; {name} must be '{wanted}', {why}");
            else if (found != wanted) errors.Add($"{name} is '{found}': set it to '{wanted}' (CONFIG SET {name} {wanted}, and in redis.conf), {why}");
        }

        if (errors.Count > 0) throw new ClusterStoreException($"{description} cannot be used as it is: {string.Join("; ", errors)}.");
    }

    static async Task<string?> FindAsync(IDatabase database, string name)
    {
        try
        {
            var pair = (RedisResult[])await database.ExecuteAsync("CONFIG", "GET", name).ConfigureAwait(false);
            return pair is { Length: 2 } ? (string)pair[1] : null;
        }
        catch (RedisServerException)
        {
            return null;
        }
    }

    static string Field(string info, string name)
    {
        foreach (var line in info.Split('\n'))
        {
            if (line.StartsWith(name + ":", StringComparison.Ordinal)) return line[(name.Length + 1)..].Trim();
        }

        return "";
    }
}
