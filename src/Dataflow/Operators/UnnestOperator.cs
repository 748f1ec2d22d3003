using Orrery.Dataflow.State;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Operators;

/// <summary>Each row once for each element of its array. It keeps nothing.</summary>
internal sealed class UnnestOperator : Operator
{
    private readonly RowColumnReader _array;
    private readonly RowColumnReader[] _columns;
    private readonly SqlType _element;
    private readonly bool _isLeft;
    private readonly bool _withOrdinality;
    private RowBuilder? _builder;

    public UnnestOperator(string fingerprint, RowLayout layout, Operator input, int width, int arrayColumn, bool isLeft, bool withOrdinality)
        : base("Unnest", fingerprint, layout, [input])
    {
        _array = new RowColumnReader(input.Layout, arrayColumn);
        _element = _array.Type.Element!;
        _columns = [.. Enumerable.Range(0, width).Select(column => new RowColumnReader(input.Layout, column))];
        (_isLeft, _withOrdinality) = (isLeft, withOrdinality);
        IsAppendOnly = input.IsAppendOnly;
    }

    public override void Step(StepContext context)
    {
        _builder ??= new RowBuilder(Layout, context.Arena);
        _builder.Arena = context.Arena;
        foreach (ref readonly var change in Inputs[0].Output.Each)
        {
            bool isNull = _array.IsNull(change.Row);
            var array = isNull ? default : _array.Bytes(change.Row);
            int count = isNull ? 0 : RowArray.Count(array);
            for (int index = 0; index < count; index++) Give(change.Row, array.Address, index, count, change.Weight);
            if (count == 0 && _isLeft) Give(change.Row, 0, 0, 0, change.Weight);
        }
    }

    public override bool TellsInputs => true;

    public override void EmitContents(StepContext context) => EmitStateless(context);

    public override void Dispose()
    {
        _builder?.Dispose();
        base.Dispose();
    }

    private void Give(nint row, nint array, int index, int count, int weight)
    {
        var builder = _builder!;
        builder.Begin();
        for (int column = 0; column < _columns.Length; column++) _columns[column].CopyTo(row, builder, column);
        int target = _columns.Length;
        if (array != 0)
        {
            if (!RowReader.IsNull(array, index)) Set(builder, target, array, RowArray.OffsetOf(count, index, _element));
            if (_withOrdinality) builder.SetInt64(target + 1, index + 1);
        }

        Output.Add(builder.End(), weight);
    }

    private void Set(RowBuilder builder, int column, nint array, int offset)
    {
        if (_element.IsVariable) builder.SetBytes(column, RowReader.Bytes(array, offset));
        else if (_element.Kind == SqlTypeKind.Decimal) builder.SetInt128(column, RowReader.Decimal(array, offset, _element));
        else if (_element.IsApproximate) builder.SetDouble(column, RowReader.Real(array, offset, _element));
        else if (_element.Kind == SqlTypeKind.Boolean) builder.SetBoolean(column, RowReader.Boolean(array, offset));
        else builder.SetInt64(column, RowReader.Integer(array, offset, _element));
    }
}
