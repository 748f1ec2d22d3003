namespace Orrery.Retail.Business;

/// <summary>A bounded bag of things to which something can still happen; past its bound the oldest of them go, one after another.</summary>
sealed class Memory<T>(int most)
{
    readonly List<T> items = [];
    int next;

    public int Count => items.Count;

    public void Add(T item)
    {
        if (items.Count < most)
            items.Add(item);
        else
            items[next++ % most] = item;
    }

    /// <summary>Any of them, which stays.</summary>
    public bool TryAny(Random random, out T item) => Try(random, false, out item);

    /// <summary>Any of them, which goes.</summary>
    public bool TryTake(Random random, out T item) => Try(random, true, out item);

    bool Try(Random random, bool takes, out T item)
    {
        item = default!;
        if (items.Count == 0)
            return false;
        int place = random.Next(items.Count);
        item = items[place];
        if (takes)
        {
            items[place] = items[^1];
            items.RemoveAt(items.Count - 1);
        }

        return true;
    }
}
