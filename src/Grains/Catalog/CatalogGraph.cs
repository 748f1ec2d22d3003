using Orrery.Interfaces.Catalog;

namespace Orrery.Grains.Catalog;

/// <summary>Who is made of whom in one tenant, as both sides tell it.</summary>
sealed class CatalogGraph
{
    const int EntitiesMax = 200;

    readonly IReadOnlyDictionary<string, CatalogEntry> entities;
    readonly Dictionary<string, SortedSet<string>> upstream = [];
    readonly Dictionary<string, SortedSet<string>> downstream = [];

    public CatalogGraph(IReadOnlyDictionary<string, CatalogEntry> entities)
    {
        this.entities = entities;
        foreach (var (id, entry) in entities)
        {
            foreach (string from in entry.Upstream)
                Link(from, id);
            foreach (string to in entry.Downstream)
                Link(id, to);
        }
    }

    /// <summary>What is made of what within a distance: everything upstream of an entity, and everything downstream of it.</summary>
    public Neighbourhood Around(string entity, int distance)
    {
        var found = new Dictionary<string, int> { [entity] = 0 };
        bool cut = Walk(upstream, entity, distance, -1, found) | Walk(downstream, entity, distance, 1, found);
        var nodes = found.OrderBy(node => node.Value).ThenBy(node => node.Key, StringComparer.Ordinal)
            .Select(node => new EntityNeighbour(node.Key, node.Value, entities.GetValueOrDefault(node.Key)?.Info));
        var links = found.Keys.SelectMany(from => Of(downstream, from).Where(found.ContainsKey).Select(to => new EntityLink(from, to)));
        return new Neighbourhood(entity, [.. nodes], [.. links], cut);
    }

    static bool Walk(Dictionary<string, SortedSet<string>> links, string entity, int distance, int sign, Dictionary<string, int> found)
    {
        var ring = new List<string> { entity };
        for (int step = 1; step <= distance && ring.Count > 0; step++)
        {
            var next = new List<string>();
            foreach (string other in ring.SelectMany(id => Of(links, id)))
            {
                if (found.ContainsKey(other))
                    continue;
                if (found.Count >= EntitiesMax)
                    return true;
                found[other] = sign * step;
                next.Add(other);
            }

            ring = next;
        }

        return ring.SelectMany(id => Of(links, id)).Any(other => !found.ContainsKey(other));
    }

    void Link(string from, string to)
    {
        Add(downstream, from, to);
        Add(upstream, to, from);
    }

    static void Add(Dictionary<string, SortedSet<string>> links, string id, string other)
    {
        if (!links.TryGetValue(id, out var others))
            links[id] = others = new SortedSet<string>(StringComparer.Ordinal);
        others.Add(other);
    }

    static IEnumerable<string> Of(Dictionary<string, SortedSet<string>> links, string id) => links.TryGetValue(id, out var others) ? others : [];
}
