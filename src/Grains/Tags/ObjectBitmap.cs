using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Orrery.Grains.Tags;

/// <summary>
/// A compressed set of ordinals from 0 on, in blocks of 65,536: a block of few is a sorted list of 16-bit numbers, one of more than 4,096 is 65,536 bits, one of none takes nothing. So a set of n takes at most
/// about 2 n bytes, or 8 kB a block. (The form is that of Roaring bitmaps.) Not for several threads at once.
/// </summary>
sealed class ObjectBitmap
{
    const int BlockBits = 16, ListMax = 4_096, WordsPerBlock = (1 << BlockBits) / 64;

    Block?[] blocks = [];

    public long Count { get; private set; }

    public bool Contains(int ordinal) => Find(ordinal) is { } block && block.Contains((ushort)ordinal);

    /// <summary>Whether it was not there.</summary>
    public bool Add(int ordinal)
    {
        int number = ordinal >> BlockBits;
        if (number >= blocks.Length)
            Array.Resize(ref blocks, number + 1);
        if (!(blocks[number] ??= new Block()).Add((ushort)ordinal))
            return false;
        Count++;
        return true;
    }

    /// <summary>Whether it was there.</summary>
    public bool Remove(int ordinal)
    {
        if (Find(ordinal) is not { } block || !block.Remove((ushort)ordinal))
            return false;
        if (block.Count == 0)
            blocks[ordinal >> BlockBits] = null;
        Count--;
        return true;
    }

    /// <summary>In rising order.</summary>
    /// <param name="from">The least that is wanted.</param>
    public IEnumerable<int> From(int from = 0)
    {
        for (int number = from >> BlockBits; number < blocks.Length; number++)
        {
            if (blocks[number] is not { } block)
                continue;
            int least = number == from >> BlockBits ? from & ((1 << BlockBits) - 1) : 0;
            foreach (ushort low in block.From(least))
                yield return (number << BlockBits) | low;
        }
    }

    public static ObjectBitmap And(ObjectBitmap left, ObjectBitmap right) => Combine(left, right, static (a, b) => a & b, Math.Min(left.blocks.Length, right.blocks.Length), needsLeft: true, needsRight: true);

    public static ObjectBitmap Or(ObjectBitmap left, ObjectBitmap right) => Combine(left, right, static (a, b) => a | b, Math.Max(left.blocks.Length, right.blocks.Length), needsLeft: false, needsRight: false);

    /// <summary>Those of the left that are not in the right.</summary>
    public static ObjectBitmap Except(ObjectBitmap left, ObjectBitmap right) => Combine(left, right, static (a, b) => a & ~b, left.blocks.Length, needsLeft: true, needsRight: false);

    public void Write(BinaryWriter writer)
    {
        writer.Write(blocks.Length);
        foreach (Block? block in blocks)
        {
            writer.Write(block?.Count ?? 0);
            block?.Write(writer);
        }
    }

    public static ObjectBitmap Read(BinaryReader reader)
    {
        var bitmap = new ObjectBitmap { blocks = new Block?[reader.ReadInt32()] };
        for (int number = 0; number < bitmap.blocks.Length; number++)
        {
            int count = reader.ReadInt32();
            if (count == 0)
                continue;
            bitmap.blocks[number] = Block.Read(reader, count);
            bitmap.Count += count;
        }

        return bitmap;
    }

    Block? Find(int ordinal) => ordinal >> BlockBits is var number && number < blocks.Length ? blocks[number] : null;

    static ObjectBitmap Combine(ObjectBitmap left, ObjectBitmap right, Func<Vector<ulong>, Vector<ulong>, Vector<ulong>> with, int length, bool needsLeft, bool needsRight)
    {
        var result = new ObjectBitmap { blocks = new Block?[length] };
        ulong[] first = ArrayPool<ulong>.Shared.Rent(WordsPerBlock), second = ArrayPool<ulong>.Shared.Rent(WordsPerBlock);
        for (int number = 0; number < length; number++)
        {
            Block? a = number < left.blocks.Length ? left.blocks[number] : null, b = number < right.blocks.Length ? right.blocks[number] : null;
            if ((a is null && (needsLeft || b is null)) || (b is null && needsRight))
                continue;
            Span<Vector<ulong>> into = Vectors(Words(a, first)), other = Vectors(Words(b, second, isOnlyRead: true));
            for (int place = 0; place < into.Length; place++)
                into[place] = with(into[place], other[place]);
            if (Block.Of(first.AsSpan(0, WordsPerBlock)) is not { } made)
                continue;
            result.blocks[number] = made;
            result.Count += made.Count;
        }

        ArrayPool<ulong>.Shared.Return(first);
        ArrayPool<ulong>.Shared.Return(second);
        return result;
    }

    static Span<Vector<ulong>> Vectors(Span<ulong> words) => MemoryMarshal.Cast<ulong, Vector<ulong>>(words);

    static Span<ulong> Words(Block? block, ulong[] room, bool isOnlyRead = false)
    {
        if (isOnlyRead && block?.Bits is { } bits)
            return bits;
        Span<ulong> words = room.AsSpan(0, WordsPerBlock);
        words.Clear();
        block?.CopyTo(words);
        return words;
    }

    sealed class Block
    {
        ushort[] list = [];

        public int Count { get; private set; }

        /// <summary>Null: it is a list.</summary>
        public ulong[]? Bits { get; private set; }

        /// <summary>Null: there are none.</summary>
        public static Block? Of(Span<ulong> words)
        {
            int count = 0;
            foreach (ulong word in words)
                count += BitOperations.PopCount(word);
            if (count == 0)
                return null;
            var block = new Block { Count = count };
            if (count > ListMax)
                block.Bits = words.ToArray();
            else
                block.list = [.. Lows(words.ToArray(), 0)];
            return block;
        }

        public bool Contains(ushort low) => Bits is { } bits ? (bits[low >> 6] & (1UL << (low & 63))) != 0 : list.AsSpan(0, Count).BinarySearch(low) >= 0;

        public bool Add(ushort low)
        {
            if (Bits is null)
            {
                int place = list.AsSpan(0, Count).BinarySearch(low);
                if (place >= 0)
                    return false;
                if (Count < ListMax)
                {
                    Insert(~place, low);
                    return true;
                }

                var words = new ulong[WordsPerBlock];
                CopyTo(words);
                (Bits, list) = (words, []);
            }

            ref ulong word = ref Bits[low >> 6];
            ulong bit = 1UL << (low & 63);
            if ((word & bit) != 0)
                return false;
            word |= bit;
            Count++;
            return true;
        }

        public bool Remove(ushort low)
        {
            if (Bits is { } bits)
            {
                ulong bit = 1UL << (low & 63);
                if ((bits[low >> 6] & bit) == 0)
                    return false;
                bits[low >> 6] &= ~bit;
                // Well below the bound, so that one that goes and comes does not make lists and bits in turn.
                if (--Count <= ListMax / 2)
                    (list, Bits) = ([.. Lows(bits, 0)], null);
                return true;
            }

            int place = list.AsSpan(0, Count).BinarySearch(low);
            if (place < 0)
                return false;
            Array.Copy(list, place + 1, list, place, Count - place - 1);
            Count--;
            return true;
        }

        public IEnumerable<ushort> From(int least)
        {
            if (Bits is { } bits)
                return Lows(bits, least);
            int place = list.AsSpan(0, Count).BinarySearch((ushort)least);
            place = place < 0 ? ~place : place;
            return list.Skip(place).Take(Count - place);
        }

        public void CopyTo(Span<ulong> words)
        {
            if (Bits is { } bits)
                bits.CopyTo(words);
            else
                foreach (ushort low in list.AsSpan(0, Count))
                    words[low >> 6] |= 1UL << (low & 63);
        }

        public void Write(BinaryWriter writer)
        {
            if (Count > ListMax / 2)
            {
                Span<ulong> words = new ulong[WordsPerBlock];
                CopyTo(words);
                writer.Write(MemoryMarshal.AsBytes(words));
            }
            else
            {
                foreach (ushort low in From(0))
                    writer.Write(low);
            }
        }

        public static Block Read(BinaryReader reader, int count)
        {
            if (count > ListMax / 2)
            {
                var words = new ulong[WordsPerBlock];
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(words.AsSpan()));
                return Of(words) is { } read && read.Count == count ? read : throw new InvalidDataException($"A block of {count} has other bits.");
            }

            var block = new Block { Count = count, list = new ushort[count] };
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(block.list.AsSpan()));
            return block;
        }

        void Insert(int place, ushort low)
        {
            if (Count == list.Length)
                Array.Resize(ref list, Math.Max(4, Count * 2));
            Array.Copy(list, place, list, place + 1, Count - place);
            list[place] = low;
            Count++;
        }

        static IEnumerable<ushort> Lows(ulong[] words, int least)
        {
            for (int index = least >> 6; index < words.Length; index++)
            {
                ulong word = words[index];
                if (index == least >> 6)
                    word &= ulong.MaxValue << (least & 63);
                for (; word != 0; word &= word - 1)
                    yield return (ushort)((index << 6) | BitOperations.TrailingZeroCount(word));
            }
        }
    }
}
