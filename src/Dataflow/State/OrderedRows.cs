using System.Runtime.CompilerServices;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.State;

/// <summary>
/// Ordered multisets of rows: many small or large search trees in one store, each named by the handle of its root, which its owner keeps (0: empty). They are treaps, whose nodes know how many rows are
/// below them, so that the k-th row and the place of a row are found in logarithmic time:
/// <code>uint32 left, uint32 right, int32 weight, int32 rows of the subtree; the row, packed where the owner wants it (see RowPacking)</code>
/// A node's priority is the hash of its handle.
/// A node whose weight becomes zero goes; its memory stays readable until <see cref="Settle"/>. For one thread at a time.
/// </summary>
internal sealed unsafe class OrderedRows : IDisposable
{
    private readonly StateMemory _memory;
    private readonly PageStore _pages;
    private readonly RowPacking? _packing;
    private readonly RowBuffer _looked = new();
    private readonly NativeList<uint> _freed = new();

    private struct Node
    {
        public uint Left;
        public uint Right;
        public int Weight;
        public int Size;
    }

    /// <param name="packed">The layout, where rows are kept packed: smaller, and each reading of one is a copy.</param>
    public OrderedRows(ColumnOrder order, StateMemory memory, RowLayout? packed = null)
    {
        Order = order;
        _memory = memory;
        _pages = new PageStore(memory);
        if (packed is not null) _packing = new RowPacking(packed, _pages, memory);
    }

    public ColumnOrder Order { get; }

    public long Bytes => _pages.ReservedBytes + (_packing?.Bytes ?? 0);

    /// <summary>Different rows of all trees.</summary>
    public long Count { get; private set; }

    /// <summary>A row, good until the step ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Row(uint node) => _packing is null ? Kept(node) : _packing.Read(Kept(node), _memory.Rows);

    /// <summary>A row, good until the next one is looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Look(uint node) => _packing is null ? Kept(node) : _packing.Read(Kept(node), _looked);

    public int Weight(uint node) => At(node)->Weight;

    /// <summary>Rows of a tree, each as often as it is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Size(uint root) => root == 0 ? 0 : At(root)->Size;

    /// <summary>Adds so many of a row to a tree, or takes them away. The row is copied.</summary>
    public void Change(ref uint root, nint row, int weight) => root = Change(root, row, weight);

    /// <summary>How many rows of the tree come before a row in the order.</summary>
    public long Rank(uint root, nint row)
    {
        long before = 0;
        while (root != 0)
        {
            var node = At(root);
            int order = Order.Compare(row, Look(root));
            if (order == 0) return before + Size(node->Left);
            if (order < 0)
            {
                root = node->Left;
                continue;
            }

            before += Size(node->Left) + node->Weight;
            root = node->Right;
        }

        return before;
    }

    /// <summary>How many rows of the tree come before a row in the order, or are equal to it.</summary>
    public long RankBehind(uint root, nint row)
    {
        long before = 0;
        while (root != 0)
        {
            var node = At(root);
            int order = Order.Compare(row, Look(root));
            if (order < 0)
            {
                root = node->Left;
                continue;
            }

            before += Size(node->Left) + node->Weight;
            if (order == 0) return before;
            root = node->Right;
        }

        return before;
    }

    /// <summary>How many rows there are until the first one that a probe does not hold for; it holds for those before and for none behind.</summary>
    public long CountWhile<TProbe>(uint root, TProbe probe)
        where TProbe : struct, IRowProbe
    {
        long count = 0;
        while (root != 0)
        {
            var node = At(root);
            if (!probe.Holds(Look(root)))
            {
                root = node->Left;
                continue;
            }

            count += Size(node->Left) + node->Weight;
            root = node->Right;
        }

        return count;
    }

    /// <summary>The rows at places from one on, each as often as it is there, appended to a list.</summary>
    public void List(uint root, long first, long count, List<nint> rows)
    {
        if (root == 0 || count <= 0) return;
        var node = At(root);
        long left = Size(node->Left), behind = left + node->Weight, end = first + count;
        if (first < left) List(node->Left, first, Math.Min(count, left - first), rows);
        nint row = Row(root);
        for (long place = Math.Max(first, left); place < Math.Min(end, behind); place++) rows.Add(row);
        if (end > behind) List(node->Right, Math.Max(0, first - behind), end - Math.Max(first, behind), rows);
    }

    /// <summary>The node that holds the row at a place from 0; 0: there are not so many.</summary>
    public uint At(uint root, long place)
    {
        while (root != 0)
        {
            var node = At(root);
            long left = Size(node->Left);
            if (place < left)
            {
                root = node->Left;
                continue;
            }

            place -= left;
            if (place < node->Weight) return root;
            place -= node->Weight;
            root = node->Right;
        }

        return 0;
    }

    /// <summary>The node of the first row; 0: the tree is empty.</summary>
    public uint First(uint root)
    {
        while (root != 0 && At(root)->Left != 0) root = At(root)->Left;
        return root;
    }

    public uint Last(uint root)
    {
        while (root != 0 && At(root)->Right != 0) root = At(root)->Right;
        return root;
    }

    /// <summary>The nodes of a tree in order, appended to a list, until <paramref name="limit"/> rows are there.</summary>
    public void Walk(uint root, List<uint> nodes, long limit = long.MaxValue) => Walk(root, nodes, ref limit);

    /// <summary>Empties a tree.</summary>
    public void Clear(ref uint root)
    {
        if (root == 0) return;
        Clear(ref At(root)->Left);
        Clear(ref At(root)->Right);
        Free(root);
        root = 0;
    }

    /// <summary>Ends a step: what was freed in it may be taken again.</summary>
    public void Settle()
    {
        foreach (uint node in _freed.Span) _pages.Free(node, sizeof(Node) + (_packing?.PackedBytes(Kept(node)) ?? PackedRow.Length(Kept(node))));
        _freed.Clear();
    }

    public void Transfer(StateTransfer transfer)
    {
        _pages.Transfer(transfer);
        _packing?.Transfer(transfer);
        long count = Count;
        transfer.Value(ref count);
        Count = count;
    }

    public void Dispose()
    {
        _freed.Dispose();
        _packing?.Dispose();
        _pages.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Node* At(uint node) => (Node*)_pages.Address(node);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Kept(uint node) => _pages.Address(node) + sizeof(Node);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsAbove(uint node, uint other) => RowHash.Of(node) > RowHash.Of(other);

    private uint Change(uint root, nint row, int weight)
    {
        if (root == 0) return Create(row, weight);
        var node = At(root);
        int order = Order.Compare(row, Look(root));
        if (order == 0)
        {
            node->Weight += weight;
            if (node->Weight == 0)
            {
                uint rest = Merge(node->Left, node->Right);
                Free(root);
                return rest;
            }
        }
        else if (order < 0)
        {
            uint child = Change(node->Left, row, weight);
            node = At(root);
            node->Left = child;
            if (child != 0 && IsAbove(child, root))
            {
                node->Left = At(child)->Right;
                At(child)->Right = root;
                Sum(node);
                Sum(At(child));
                return child;
            }
        }
        else
        {
            uint child = Change(node->Right, row, weight);
            node = At(root);
            node->Right = child;
            if (child != 0 && IsAbove(child, root))
            {
                node->Right = At(child)->Left;
                At(child)->Left = root;
                Sum(node);
                Sum(At(child));
                return child;
            }
        }

        Sum(node);
        return root;
    }

    private uint Merge(uint left, uint right)
    {
        if (left == 0) return right;
        if (right == 0) return left;
        if (IsAbove(left, right))
        {
            At(left)->Right = Merge(At(left)->Right, right);
            Sum(At(left));
            return left;
        }

        At(right)->Left = Merge(left, At(right)->Left);
        Sum(At(right));
        return right;
    }

    private void Sum(Node* node)
    {
        long size = Size(node->Left) + Size(node->Right) + node->Weight;
        if ((int)size != size) throw new RowMemoryException($"A partition in order has {size:N0} rows, more than the {int.MaxValue:N0} that it may have. Cut it into smaller partitions.");
        node->Size = (int)size;
    }

    private uint Create(nint row, int weight)
    {
        int length = PackedRow.Length(row);
        nint kept = _packing is null ? row : _packing.Pack(row, out length);
        uint handle = _pages.Allocate(sizeof(Node) + length);
        *At(handle) = new Node { Weight = weight, Size = weight };
        Unsafe.CopyBlockUnaligned((void*)Kept(handle), (void*)kept, (uint)length);
        Count++;
        return handle;
    }

    private void Free(uint node)
    {
        _freed.Add(node);
        Count--;
    }

    private void Walk(uint root, List<uint> nodes, ref long limit)
    {
        if (root == 0 || limit <= 0) return;
        Walk(At(root)->Left, nodes, ref limit);
        if (limit <= 0) return;
        nodes.Add(root);
        limit -= At(root)->Weight;
        Walk(At(root)->Right, nodes, ref limit);
    }
}
