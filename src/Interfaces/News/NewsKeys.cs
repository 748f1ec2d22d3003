namespace Orrery.Interfaces.News;

/// <summary>How articles and inboxes are named.</summary>
public static class NewsKeys
{
    /// <summary>The recipients that are users of the portal, by name: of the tenant, or the vendor's.</summary>
    public const string PortalUsers = "portal-users";

    /// <summary>Shares of each type's recipients. Fixed once news were sent.</summary>
    public const int Shards = 64;

    /// <summary>The key of the grain that has a recipient's inbox. Users' names are the same in all tenants, and so is their inbox.</summary>
    public static string Inbox(string tenant, string type, string recipient) => Inbox(tenant, type, ShardOf(recipient));

    /// <summary>The key of a share of a type's recipients.</summary>
    public static string Inbox(string tenant, string type, int shard) => $"{(type == PortalUsers ? EntityKeys.Fleet : tenant)}/{type}/{shard.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>The share that a recipient is in.</summary>
    public static int ShardOf(string recipient) => (int)(Hash(recipient) % Shards);

    /// <summary>Whether a recipient gets an article's other form.</summary>
    public static bool IsAlternative(string article, string recipient, int percent) => Hash($"{article}\n{recipient}") % 100 < percent;

    /// <summary>The same for a recipient, an article and a channel, however often it is tried.</summary>
    public static string Delivery(string article, string recipient, NewsChannel channel, int wave)
    {
        byte[] hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{article}\n{recipient}\n{channel}\n{wave}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }

    /// <summary>FNV-1a with a last mix, since its low bits are weak for names that differ in the last letters.</summary>
    static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
            hash = (hash ^ c) * 16777619;
        hash ^= hash >> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >> 13;
        return hash;
    }
}
