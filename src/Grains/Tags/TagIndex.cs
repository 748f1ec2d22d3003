using System.Globalization;
using System.Runtime.InteropServices;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tags;

/// <summary>
/// Which objects have which tags, as a state machine: changes in, segments' enters and leaves out. It follows from the changes and definitions alone, so that the same ones give the same events with the same
/// numbers again.
/// <code>
/// change of a set     part, object, bits    one bit a tag, up to 61 of them; bit 0 of set 0: the object is there
/// change of a tag     number, object, value  null: the object has it no more
/// </code>
/// An object has an ordinal for as long as it is there or has a tag; then another may get it.
/// </summary>
sealed partial class TagIndex
{
    /// <summary>Tags of one set, beside the bit of the object itself.</summary>
    public const int BitsMax = 61;

    const int SinceBits = 40, PointsMax = 2_016;
    static readonly long SinceEpoch = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), PointMilliseconds = (long)TimeSpan.FromMinutes(10).TotalMilliseconds;

    readonly int objectsMax;
    readonly Dictionary<string, int> ordinals = new(StringComparer.Ordinal);
    readonly List<string?> objects = [];
    readonly Stack<int> free = new();
    readonly Dictionary<int, TagMembers> tags = [];
    readonly Dictionary<int, long[]> bits = [];
    readonly Dictionary<string, IndexedTag> names = new(StringComparer.Ordinal);
    readonly Dictionary<string, IndexedSegmentState> segments = new(StringComparer.Ordinal);
    readonly HashSet<int> touched = [];
    int[][] places = [];
    IndexedSegmentState[] watching = [];
    ObjectBitmap everything = new();
    // Of each object its tags, by number, each with the millisecond since when.
    ulong[]?[] held = [];
    long pointAt;

    /// <param name="objectsMax">Objects that it may have.</param>
    public TagIndex(int objectsMax) => this.objectsMax = objectsMax;

    /// <summary>The version of its definitions.</summary>
    public long Version { get; private set; }

    /// <summary>The number of the last event that was told.</summary>
    public long LastEvent { get; private set; }

    public long Objects => everything.Count;

    /// <summary>Whether objects beyond the bound were left out.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Told of each enter and leave.</summary>
    public Action<SegmentEvent> Told { get; set; } = static _ => { };

    /// <summary>Events of an index before it had numbers up to this one. Only for one that is new.</summary>
    public void Begin(long lastEvent) => LastEvent = lastEvent;

    /// <summary>What the tags and segments are from now on.</summary>
    public void Define(TagIndexOrder order, long milliseconds)
    {
        HashSet<int> kept = [.. order.Tags.Select(static tag => tag.Number)];
        foreach (int gone in tags.Keys.Where(number => !kept.Contains(number)).ToArray())
            Drop(gone);
        names.Clear();
        foreach (IndexedTag tag in order.Tags)
        {
            names[tag.Id] = tag;
            if (!tags.ContainsKey(tag.Number))
                tags[tag.Number] = new TagMembers();
        }

        Place(order.Tags);
        foreach (string gone in segments.Keys.Except(order.Segments.Select(static segment => segment.Id)).ToArray())
            segments.Remove(gone);
        foreach (IndexedSegment segment in order.Segments)
        {
            SegmentNode tree = SegmentExpression.Parse(segment.Expression, KindOf);
            bool isNew = !segments.TryGetValue(segment.Id, out IndexedSegmentState? known);
            var now = new IndexedSegmentState(segment.Id, segment.Expression, tree, Evaluate(tree), known?.History ?? []);
            segments[segment.Id] = now;
            if (!isNew)
                Compare(known!.Members, now, milliseconds);
        }

        Watch();
        Version = order.Version;
    }

    /// <summary>A set of conditions says which of them hold for an object now.</summary>
    public void Apply(int part, string name, long now, long milliseconds)
    {
        if (part < 0 || part >= places.Length)
            return;
        long[] of = bits.TryGetValue(part, out long[]? known) ? known : bits[part] = [];
        if (Ordinal(name, now != 0) is not { } ordinal)
            return;
        if (ordinal >= of.Length)
            bits[part] = of = Grown(of, ordinal);
        ulong changed = (ulong)(of[ordinal] ^ now);
        of[ordinal] = now;
        Note(milliseconds);
        touched.Clear();
        for (; changed != 0; changed &= changed - 1)
        {
            int bit = System.Numerics.BitOperations.TrailingZeroCount(changed);
            bool holds = (now >> bit & 1) != 0;
            if (bit == 0 && part == 0)
                SetThere(ordinal, holds);
            else if (bit < places[part].Length && places[part][bit] is > 0 and var number)
                Set(number, ordinal, holds ? "" : null, milliseconds);
        }

        Settle(ordinal, milliseconds);
    }

    /// <summary>A tag says whether an object has it, and with which value.</summary>
    public void Apply(int number, string name, string? value, long milliseconds)
    {
        if (!tags.ContainsKey(number) || Ordinal(name, value is not null) is not { } ordinal)
            return;
        Note(milliseconds);
        touched.Clear();
        Set(number, ordinal, value, milliseconds);
        Settle(ordinal, milliseconds);
    }

    public ObjectTags TagsOf(string name)
    {
        if (!ordinals.TryGetValue(name, out int ordinal))
            return new ObjectTags(name, false, []);
        var found = new List<ObjectTag>();
        foreach (ulong entry in held[ordinal] ?? [])
            if (ById(Number(entry)) is { } tag)
                found.Add(new ObjectTag(tag.Id, tag.Kind == TagKind.Boolean ? null : tags[tag.Number].Values.GetValueOrDefault(ordinal), Since(entry)));
        return new ObjectTags(name, everything.Contains(ordinal), found);
    }

    public TagSizes Sizes() => new(
        Objects, names.ToDictionary(static tag => tag.Key, tag => tags[tag.Value.Number].Members.Count), segments.ToDictionary(static segment => segment.Key, static segment => segment.Value.Members.Count));

    public TagKind? KindOf(string tag) => names.TryGetValue(tag, out IndexedTag? known) ? known.Kind : null;

    public IReadOnlyList<SizePoint> History(string? tag, string? segment) =>
        [.. (segment is not null ? SegmentOf(segment).History : TagOf(tag ?? "").History).Select(static point => new SizePoint(DateTimeOffset.FromUnixTimeMilliseconds(point.At), point.Size))];

    /// <summary>Objects of a set from an ordinal on.</summary>
    /// <returns>The ordinal to go on from; null: these are the last.</returns>
    public (IReadOnlyList<string> Names, int? Next) Page(ObjectBitmap members, int from, int limit)
    {
        var page = new List<string>(Math.Min(limit, 1_000));
        foreach (int ordinal in members.From(from))
        {
            if (page.Count == limit)
                return (page, ordinal);
            page.Add(objects[ordinal]!);
        }

        return (page, null);
    }

    public ObjectBitmap Everything => everything;

    public ObjectBitmap SegmentMembers(string segment) => SegmentOf(segment).Members;

    public bool IsIn(string segment, string name) => ordinals.TryGetValue(name, out int ordinal) && SegmentOf(segment).Members.Contains(ordinal);

    /// <summary>Objects for which an expression holds.</summary>
    public ObjectBitmap Evaluate(SegmentNode node)
    {
        switch (node.Kind)
        {
            case "tag" when node.Comparison is null:
                return ObjectBitmap.And(everything, TagOf(node.Tag!).Members);
            case "tag":
                TagMembers members = TagOf(node.Tag!);
                Func<string, bool> holds = Comparison(node);
                var found = new ObjectBitmap();
                foreach ((int ordinal, string value) in members.Values)
                    if (holds(value) && everything.Contains(ordinal))
                        found.Add(ordinal);
                return found;
            case "not":
                return ObjectBitmap.Except(everything, Evaluate(node.Nodes[0]));
            case "or":
                return node.Nodes.Select(Evaluate).Aggregate(ObjectBitmap.Or);
            default:
                // What is not wanted is taken away last, without being turned round.
                ObjectBitmap[] wanted = [.. node.Nodes.Where(static part => part.Kind != "not").Select(Evaluate).OrderBy(static set => set.Count)];
                ObjectBitmap all = wanted.Length == 0 ? everything : wanted.Aggregate(ObjectBitmap.And);
                return node.Nodes.Where(static part => part.Kind == "not").Aggregate(all, (left, part) => ObjectBitmap.Except(left, Evaluate(part.Nodes[0])));
        }
    }

    public static SegmentOverlap Overlap(ObjectBitmap first, ObjectBitmap second)
    {
        long both = ObjectBitmap.And(first, second).Count;
        return new SegmentOverlap(first.Count, second.Count, both, first.Count + second.Count - both);
    }

    bool Holds(SegmentNode node, int ordinal) => node.Kind switch
    {
        "tag" when node.Comparison is null => TagOf(node.Tag!).Members.Contains(ordinal),
        "tag" => TagOf(node.Tag!).Values.TryGetValue(ordinal, out string? value) && Comparison(node)(value),
        "not" => !Holds(node.Nodes[0], ordinal),
        "or" => node.Nodes.Any(part => Holds(part, ordinal)),
        _ => node.Nodes.All(part => Holds(part, ordinal)),
    };

    Func<string, bool> Comparison(SegmentNode node)
    {
        Func<int, bool> holds = node.Comparison switch
        {
            "=" => static order => order == 0,
            "<>" => static order => order != 0,
            "<" => static order => order < 0,
            "<=" => static order => order <= 0,
            ">" => static order => order > 0,
            _ => static order => order >= 0,
        };
        if (KindOf(node.Tag!) != TagKind.Numeric)
            return value => holds(string.CompareOrdinal(value, node.Value));
        double than = double.Parse(node.Value!, CultureInfo.InvariantCulture);
        return value => double.TryParse(value, CultureInfo.InvariantCulture, out double number) && holds(number.CompareTo(than));
    }

    int? Ordinal(string name, bool isNeeded)
    {
        if (ordinals.TryGetValue(name, out int ordinal))
            return ordinal;
        if (!isNeeded)
            return null;
        if (ordinals.Count >= objectsMax)
        {
            IsFull = true;
            return null;
        }

        if (!free.TryPop(out ordinal))
        {
            ordinal = objects.Count;
            objects.Add(null);
            if (ordinal >= held.Length)
                held = Grown(held, ordinal);
        }

        objects[ordinal] = name;
        ordinals[name] = ordinal;
        return ordinal;
    }

    void SetThere(int ordinal, bool isThere)
    {
        if (isThere)
            everything.Add(ordinal);
        else
            everything.Remove(ordinal);
        touched.Add(0);
    }

    void Set(int number, int ordinal, string? value, long milliseconds)
    {
        TagMembers tag = tags[number];
        bool isOther = value is null ? tag.Members.Remove(ordinal) : tag.Members.Add(ordinal);
        if (isOther)
            held[ordinal] = value is null ? Without(held[ordinal]!, number) : With(held[ordinal], number, milliseconds);
        if (value is null)
            tag.Values.Remove(ordinal);
        else if (value.Length > 0 && (!tag.Values.TryGetValue(ordinal, out string? before) || before != value))
        {
            tag.Values[ordinal] = tag.Word(value);
            isOther = true;
        }

        if (isOther)
            touched.Add(number);
    }

    /// <summary>Segments that an object's change concerns hear of it; an object of which nothing is left gives its ordinal back.</summary>
    void Settle(int ordinal, long milliseconds)
    {
        if (touched.Count == 0)
            return;
        foreach (IndexedSegmentState segment in watching)
        {
            if (!touched.Contains(0) && !segment.Numbers.Overlaps(touched))
                continue;
            bool holds = everything.Contains(ordinal) && Holds(segment.Tree, ordinal);
            if (holds ? segment.Members.Add(ordinal) : segment.Members.Remove(ordinal))
                Tell(segment.Id, ordinal, holds, milliseconds);
        }

        if (held[ordinal] is not null || everything.Contains(ordinal) || bits.Values.Any(of => ordinal < of.Length && of[ordinal] != 0))
            return;
        ordinals.Remove(objects[ordinal]!);
        objects[ordinal] = null;
        free.Push(ordinal);
    }

    void Compare(ObjectBitmap before, IndexedSegmentState now, long milliseconds)
    {
        foreach (int left in ObjectBitmap.Except(before, now.Members).From())
            Tell(now.Id, left, false, milliseconds);
        foreach (int entered in ObjectBitmap.Except(now.Members, before).From())
            Tell(now.Id, entered, true, milliseconds);
    }

    void Tell(string segment, int ordinal, bool isEnter, long milliseconds) =>
        Told(new SegmentEvent(++LastEvent, segment, objects[ordinal]!, isEnter ? "enter" : "leave", DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)));

    void Drop(int number)
    {
        foreach (int ordinal in tags[number].Members.From())
            held[ordinal] = Without(held[ordinal]!, number);
        tags.Remove(number);
    }

    void Place(IReadOnlyList<IndexedTag> defined)
    {
        places = new int[defined.Select(static tag => tag.Part).Append(0).Max() + 1][];
        for (int part = 0; part < places.Length; part++)
            places[part] = new int[BitsMax + 1];
        foreach (IndexedTag tag in defined.Where(static tag => tag.Part >= 0))
            places[tag.Part][tag.Bit] = tag.Number;
        byNumber = names.Values.ToDictionary(static tag => tag.Number);
    }

    void Watch()
    {
        foreach (IndexedSegmentState segment in segments.Values)
            segment.Numbers = [.. SegmentExpression.TagsOf(segment.Tree).Select(tag => names[tag].Number)];
        watching = [.. segments.Values.OrderBy(static segment => segment.Id, StringComparer.Ordinal)];
    }

    /// <summary>Sizes are noted at the first change of each ten minutes: as they were when these began.</summary>
    void Note(long milliseconds)
    {
        long point = milliseconds - milliseconds % PointMilliseconds;
        if (point <= pointAt)
            return;
        pointAt = point;
        foreach (TagMembers tag in tags.Values)
            Add(tag.History, new HistoryPoint(point, tag.Members.Count));
        foreach (IndexedSegmentState segment in segments.Values)
            Add(segment.History, new HistoryPoint(point, segment.Members.Count));
    }

    static void Add(List<HistoryPoint> history, HistoryPoint point)
    {
        if (history.Count == PointsMax)
            history.RemoveAt(0);
        history.Add(point);
    }

    Dictionary<int, IndexedTag> byNumber = [];

    IndexedTag? ById(int number) => byNumber.GetValueOrDefault(number);

    TagMembers TagOf(string id) => names.TryGetValue(id, out IndexedTag? tag) ? tags[tag.Number] : throw new NotFoundException($"There is no tag '{id}' of this type.");

    IndexedSegmentState SegmentOf(string id) => segments.TryGetValue(id, out IndexedSegmentState? segment) ? segment : throw new NotFoundException($"There is no segment '{id}' of this type.");

    static int Number(ulong entry) => (int)(entry >> SinceBits);

    static DateTimeOffset Since(ulong entry) => DateTimeOffset.FromUnixTimeMilliseconds((long)(entry & ((1UL << SinceBits) - 1)) + SinceEpoch);

    static ulong[] With(ulong[]? entries, int number, long milliseconds)
    {
        entries ??= [];
        ulong entry = (ulong)number << SinceBits | (ulong)Math.Clamp(milliseconds - SinceEpoch, 0, (1L << SinceBits) - 1);
        int place = ~entries.AsSpan().BinarySearch(entry);
        var longer = new ulong[entries.Length + 1];
        entries.AsSpan(0, place).CopyTo(longer);
        longer[place] = entry;
        entries.AsSpan(place).CopyTo(longer.AsSpan(place + 1));
        return longer;
    }

    static ulong[]? Without(ulong[] entries, int number)
    {
        if (entries.Length == 1)
            return null;
        int place = ~entries.AsSpan().BinarySearch((ulong)number << SinceBits);
        // An entry of the very first millisecond is found itself.
        place = place < 0 ? ~place : place;
        var shorter = new ulong[entries.Length - 1];
        entries.AsSpan(0, place).CopyTo(shorter);
        entries.AsSpan(place + 1).CopyTo(shorter.AsSpan(place));
        return shorter;
    }

    static T[] Grown<T>(T[] array, int place)
    {
        Array.Resize(ref array, Math.Max(place + 1, Math.Max(1_024, array.Length + array.Length / 2)));
        return array;
    }

    sealed class TagMembers
    {
        readonly Dictionary<string, string> words = new(StringComparer.Ordinal);

        public ObjectBitmap Members { get; set; } = new();

        /// <summary>Of a tag that is not boolean.</summary>
        public Dictionary<int, string> Values { get; } = [];

        public List<HistoryPoint> History { get; } = [];

        /// <summary>Words that come again and again are kept once.</summary>
        public string Word(string value)
        {
            if (words.Count > 10_000)
                words.Clear();
            return CollectionsMarshal.GetValueRefOrAddDefault(words, value, out _) ??= value;
        }
    }

    /// <param name="Tree">Of the expression.</param>
    sealed record IndexedSegmentState(string Id, string Expression, SegmentNode Tree, ObjectBitmap Members, List<HistoryPoint> History)
    {
        public HashSet<int> Numbers { get; set; } = [];
    }

    /// <param name="At">Unix milliseconds.</param>
    readonly record struct HistoryPoint(long At, long Size);
}
