using System.Text;
using Orrery.Grains.Storing;

namespace Orrery.Grains.News;

/// <summary>Gives recipients numbers, for ever, in blocks of storage that are filled one after the other: a recipient more rewrites one block and not all.</summary>
sealed class NewsRoster(Func<int, IBlockGrain> block)
{
    const int PerBlock = 4_096;

    readonly List<string> names = [];
    readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    int written;

    public int Count => names.Count;

    public string this[int number] => names[number];

    public int? Find(string name) => numbers.TryGetValue(name, out int number) ? number : null;

    public int Add(string name)
    {
        if (numbers.TryGetValue(name, out int known))
            return known;
        numbers[name] = names.Count;
        names.Add(name);
        return names.Count - 1;
    }

    /// <param name="count">Names that were written, as the owner's state says; what lies behind them is of a write that did not end.</param>
    public async Task LoadAsync(int count)
    {
        for (int number = 0; number * PerBlock < count; number++)
        {
            using var reader = new BinaryReader(new MemoryStream(await block(number).Read() ?? throw new InvalidDataException($"Block {number} of the recipients' names is gone.")), Encoding.UTF8);
            for (int left = Math.Min(PerBlock, count - (number * PerBlock)); left > 0; left--)
                Add(reader.ReadString());
        }

        written = count;
    }

    /// <summary>Completes when all names are stored.</summary>
    public async Task WriteAsync()
    {
        int until = names.Count;
        for (int number = written / PerBlock; number * PerBlock < until; number++)
        {
            var bytes = new MemoryStream();
            using var writer = new BinaryWriter(bytes, Encoding.UTF8);
            foreach (string name in names.Skip(number * PerBlock).Take(Math.Min(PerBlock, until - (number * PerBlock))))
                writer.Write(name);
            writer.Flush();
            await block(number).Write(bytes.ToArray());
        }

        written = Math.Max(written, until);
    }
}
