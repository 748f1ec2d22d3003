namespace Orrery.Jobs.Archives;

/// <summary>
/// Documents and what follows from what. Documents that hang together go together or stay together: one that stays keeps all that leads to it and follows from it.
/// Held in memory: about 100 bytes a document.
/// </summary>
sealed class DocumentGraph
{
    /// <summary>Documents of an account set that are looked at in one run.</summary>
    public const int DocumentsMax = 20_000_000;

    readonly List<Node> nodes = [];
    readonly List<(int From, int To)> links = [];
    readonly Dictionary<(int Kind, string Key), int> places = [];
    readonly List<int> countOf = [];
    int placed;

    public int Count => nodes.Count;

    public long LinkCount => links.Count;

    /// <summary>Takes in a document, in the order of its kind's keys.</summary>
    /// <param name="kind">Number of its kind.</param>
    /// <param name="key">Its head's key.</param>
    /// <param name="own">Why it stays by itself; <see cref="Hold.None"/>: it may go.</param>
    public void Add(int kind, string key, Hold own)
    {
        if (nodes.Count == DocumentsMax) throw new ArchiveException($"The account set has more than {DocumentsMax:N0} documents: name fewer kinds in the rules, and run them one after the other.");
        while (countOf.Count <= kind) countOf.Add(0);
        nodes.Add(new Node(kind, key, countOf[kind]++, own));
    }

    /// <summary>A document follows from another. Documents that are not there (any more) are no obstacle.</summary>
    public void Link(int kind, string key, int otherKind, string otherKey)
    {
        // Most account sets have links; those that have none need no places, which are half of what a document costs.
        for (; placed < nodes.Count; placed++) places[(nodes[placed].Kind, nodes[placed].Key)] = placed;
        if (places.TryGetValue((kind, key), out int from) && places.TryGetValue((otherKind, otherKey), out int to) && from != to) links.Add((from, to));
    }

    /// <summary>Groups of documents that may go, each whole, those with the oldest heads of the first kinds first; and the others with what holds them.</summary>
    /// <param name="groupMax">Documents of a group at most; larger ones stay.</param>
    public Selection Select(int groupMax)
    {
        (int[] starts, int[] neighbours) = Neighbours();
        var seen = new bool[nodes.Count];
        var groups = new List<int[]>();
        var held = new List<HeldDocument>();
        var queue = new Queue<(int Node, int Blocker)>();
        // From those that stay by themselves over what hangs on them: so each has the nearest one as its reason.
        for (int node = 0; node < nodes.Count; node++)
        {
            if (nodes[node].Own == Hold.None) continue;
            seen[node] = true;
            held.Add(new HeldDocument(nodes[node].Kind, nodes[node].Key, nodes[node].Own, null));
            queue.Enqueue((node, node));
        }

        while (queue.TryDequeue(out (int Node, int Blocker) step))
            for (int at = starts[step.Node]; at < starts[step.Node + 1]; at++)
            {
                int next = neighbours[at];
                if (seen[next]) continue;
                seen[next] = true;
                held.Add(new HeldDocument(nodes[next].Kind, nodes[next].Key, Hold.Linked, (nodes[step.Blocker].Kind, nodes[step.Blocker].Key, nodes[step.Blocker].Own)));
                queue.Enqueue((next, step.Blocker));
            }

        var stack = new Stack<int>();
        for (int node = 0; node < nodes.Count; node++)
        {
            if (seen[node]) continue;
            var group = new List<int>();
            seen[node] = true;
            stack.Push(node);
            while (stack.TryPop(out int each))
            {
                group.Add(each);
                for (int at = starts[each]; at < starts[each + 1]; at++)
                    if (!seen[neighbours[at]])
                    {
                        seen[neighbours[at]] = true;
                        stack.Push(neighbours[at]);
                    }
            }

            if (group.Count <= groupMax) groups.Add([.. group.Order()]);
            else held.AddRange(group.Select(each => new HeldDocument(nodes[each].Kind, nodes[each].Key, Hold.TooLarge, null)));
        }

        return new Selection(this, groups, held);
    }

    public (int Kind, Document Document) this[int node] => (nodes[node].Kind, new Document(nodes[node].Key, nodes[node].Place));

    (int[] Starts, int[] Neighbours) Neighbours()
    {
        int[] starts = new int[nodes.Count + 1];
        foreach ((int from, int to) in links)
        {
            starts[from + 1]++;
            starts[to + 1]++;
        }

        for (int node = 0; node < nodes.Count; node++) starts[node + 1] += starts[node];
        int[] next = [.. starts], neighbours = new int[2 * links.Count];
        foreach ((int from, int to) in links)
        {
            neighbours[next[from]++] = to;
            neighbours[next[to]++] = from;
        }

        return (starts, neighbours);
    }

    readonly record struct Node(int Kind, string Key, int Place, Hold Own);
}

/// <summary>Why a document stays.</summary>
public enum Hold
{
    None,

    /// <summary>Its state is not one that may go.</summary>
    Open,

    /// <summary>It is of a period that stays.</summary>
    Recent,

    /// <summary>It hangs together with one that stays.</summary>
    Linked,

    /// <summary>Too many documents hang together.</summary>
    TooLarge,

    /// <summary>It was edited while it was archived.</summary>
    Edited,
}

/// <summary>A document that stays, and the nearest one that holds it.</summary>
sealed record HeldDocument(int Kind, string Key, Hold Reason, (int Kind, string Key, Hold Own)? By);

/// <summary>What goes and what stays.</summary>
sealed record Selection(DocumentGraph Graph, IReadOnlyList<int[]> Groups, IReadOnlyList<HeldDocument> Held)
{
    public long DocumentCount => Groups.Sum(static group => (long)group.Length);
}
