using System.Runtime.CompilerServices;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Binding.Simplification;

/// <summary>Makes one projection of two, takes away those that change nothing, and DISTINCTs of rows that are distinct.</summary>
internal static class ProjectionMerger
{
    /// <summary>The plan, with columns of these names.</summary>
    public static Plan Merge(Plan plan, RowSchema schema)
    {
        var merged = Merge(plan);
        return BindingSession.Renamed(merged, schema.Columns.Select(column => column.Name)) is ProjectPlan { Input: ProjectPlan inner } outer && ReferenceEquals(inner, merged)
            ? inner with { Schema = outer.Schema }
            : BindingSession.Renamed(merged, schema.Columns.Select(column => column.Name));
    }

    private static Plan Merge(Plan plan)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        plan = PlanTraversal.WithInputs(plan, [.. plan.Inputs.Select(Merge)]);
        return plan switch
        {
            AggregatePlan { Calls.Count: 0, Keys.Count: > 0 } distinct when IsDistinct(distinct) => Merged(new ProjectPlan(distinct.Input, distinct.Keys, distinct.Schema)),
            AggregatePlan { Input: ProjectPlan project } aggregate when CanMerge(project, PlanTraversal.Expressions(aggregate)) =>
                (AggregatePlan)PlanTraversal.RewriteExpressions(aggregate, Written(project)) with { Input = project.Input },
            FilterPlan { Input: FilterPlan inner } filter => new FilterPlan(inner.Input, BindingSession.And([.. ExpressionTree.Conjuncts(inner.Predicate), .. ExpressionTree.Conjuncts(filter.Predicate)])!),
            ProjectPlan project => Merged(project),
            JoinPlan { Kind: JoinKind.Inner or JoinKind.Left, Left: ProjectPlan { Input: JoinPlan } project } join when project.Expressions.All(expression => expression is ColumnExpression) => Lifted(join, project),
            UnionPlan union => Flat(union),
            _ => plan,
        };
    }

    private static Plan Merged(ProjectPlan project)
    {
        while (project.Input is ProjectPlan inner && CanMerge(inner, project.Expressions))
            project = project with { Input = inner.Input, Expressions = ExpressionTree.Rewrite(project.Expressions, Written(inner)) };
        return IsIdentity(project) ? project.Input : project;
    }

    /// <summary>A choice of columns between two joins is made above both, so that they are next to each other.</summary>
    private static ProjectPlan Lifted(JoinPlan join, ProjectPlan project)
    {
        int count = project.Schema.Count;
        int moved = project.Input.Schema.Count - count;
        BoundExpression Write(ColumnExpression column) => column.Index < count ? project.Expressions[column.Index] : column with { Index = column.Index + moved };
        var schema = PlanSchemas.Join(project.Input.Schema, join.Right.Schema, join.Kind);
        var residual = join.Residual is null ? null : ExpressionTree.MapColumns(join.Residual, Write);
        var wide = new JoinPlan(project.Input, join.Right, join.Kind, new Arguments(join.LeftKeys.Select(key => ExpressionTree.MapColumns(key, Write))), join.RightKeys, residual, schema);
        return new ProjectPlan(wide, new Arguments(join.Schema.AllColumns().Select(column => Write((ColumnExpression)column))), join.Schema);
    }

    private static Func<BoundExpression, BoundExpression?> Written(ProjectPlan project) => part => part is ColumnExpression column ? project.Expressions[column.Index] : null;

    /// <summary>Nothing is computed twice for it, nor at another time.</summary>
    private static bool CanMerge(ProjectPlan inner, IEnumerable<BoundExpression> readers)
    {
        var uses = new int[inner.Expressions.Count];
        foreach (var reader in readers)
        {
            ExpressionTree.Any(reader, part =>
            {
                if (part is ColumnExpression column) uses[column.Index]++;
                return false;
            });
        }

        for (int i = 0; i < uses.Length; i++)
        {
            var expression = inner.Expressions[i];
            if (uses[i] > 1 && expression is not (ColumnExpression or ConstantExpression)) return false;
            if (uses[i] > 0 && !ExpressionTree.IsDeterministic(expression)) return false;
        }

        return true;
    }

    private static bool IsIdentity(ProjectPlan project)
    {
        if (project.Expressions.Count != project.Input.Schema.Count) return false;
        for (int i = 0; i < project.Expressions.Count; i++)
        {
            if (project.Expressions[i] is not ColumnExpression column || column.Index != i) return false;
        }

        return true;
    }

    private static bool IsDistinct(AggregatePlan distinct)
    {
        if (!distinct.Keys.All(key => key is ColumnExpression)) return false;
        var columns = distinct.Keys.Select(key => ((ColumnExpression)key).Index).ToHashSet();
        return PlanFacts.UniqueKeys(distinct.Input).Any(key => key.IsSubsetOf(columns));
    }

    private static Plan Flat(UnionPlan union)
    {
        if (!union.Parts.Any(part => part is UnionPlan)) return union;
        return union with { Parts = [.. union.Parts.SelectMany(part => part is UnionPlan inner ? inner.Parts : [part])] };
    }
}
