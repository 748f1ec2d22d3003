using System.Text;

namespace Orrery.Interfaces.Catalog;

/// <summary>How entities are named, the same for whoever registers one and whoever looks for it.</summary>
public static class CatalogKeys
{
    const int NameLengthMax = 44;

    /// <summary>The id of an entity in its tenant: <c>table.gqsh_order</c>. A name that is no key part (capital letters, spaces, other scripts) gets a hash of its exact text.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Its exact name where it lives, such as <c>shop.T_SAL_ORDER</c>.</param>
    public static string Id(EntityKind kind, string name)
    {
        string word = kind switch { EntityKind.Topic => "topic", EntityKind.Table => "table", EntityKind.View => "view", _ => "files" };
        string part = EntityKeys.ToPart(name);
        if (part == name && part.Length <= NameLengthMax)
            return $"{word}.{part}";
        string shown = part[..Math.Min(part.Length, NameLengthMax)].TrimEnd('-');
        return $"{word}.{shown}-{Fnv(name):x8}";
    }

    /// <summary>The key of an entity's grain.</summary>
    public static string Entity(string tenant, string id) => $"{tenant}/{id}";

    static uint Fnv(string text)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 16777619;
        return hash;
    }
}
