using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;

namespace Orrery.Dataflow.State;

internal sealed unsafe partial class Collection
{
    /// <summary>Takes or gives back all rows with their indexes. Where it has other indexes now than when it was written, its rows are put into these one by one.</summary>
    public void Transfer(StateTransfer transfer)
    {
        int[]?[] present = [.. _chains.Select(chain => chain?.Key.Columns.ToArray())];
        var written = TransferColumns(transfer, present);
        if (!transfer.IsRestoring || (written.Length == present.Length && written.Zip(present).All(pair => AreEqual(pair.First, pair.Second))))
        {
            TransferMemory(transfer);
            return;
        }

        var source = new Collection(Layout, IsUnique ? Primary.Columns.ToArray() : null, _memory);
        foreach (int[]? columns in written) source._chains.Add(columns is null ? null : new ChainIndex(new RowKey(Layout, columns), _memory));
        source._headBytes = sizeof(RowEntry) + 2 * sizeof(uint) * written.Length;
        source.TransferMemory(transfer);
        transfer.Afterwards(() =>
        {
            var row = new RowBuffer();
            foreach (uint handle in source.Handles()) Apply(source.Row(handle, row), source.Entry(handle)->Weight);
            Settle();
            source.Dispose();
        });
    }

    private void TransferMemory(StateTransfer transfer)
    {
        _pages.Transfer(transfer);
        _packing.Transfer(transfer);
        _primary.Transfer(transfer);
        foreach (var chain in _chains) chain?.Slots.Transfer(transfer);
    }

    private static int[]?[] TransferColumns(StateTransfer transfer, int[]?[] chains)
    {
        int count = chains.Length;
        transfer.Value(ref count);
        var result = transfer.IsRestoring ? new int[]?[count] : chains;
        for (int index = 0; index < count; index++)
        {
            int columns = transfer.IsRestoring ? 0 : chains[index]?.Length ?? -1;
            transfer.Value(ref columns);
            if (transfer.IsRestoring) result[index] = columns < 0 ? null : new int[columns];
            for (int column = 0; column < columns; column++) transfer.Value(ref result[index]![column]);
        }

        return result;
    }

    private static bool AreEqual(int[]? left, int[]? right) => left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);
}
