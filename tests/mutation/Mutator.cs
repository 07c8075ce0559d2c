using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Irsa.Credentials.Mutation;

/// <summary>
/// Puts every mutant of a file beside what it changes: a condition asks whether it is the one awake. Left out are texts, constants of the
/// language, and expressions that declare a variable.
/// </summary>
internal sealed class Mutator(string file, List<Mutant> mutants, IReadOnlySet<int> dropped) : CSharpSyntaxRewriter
{
    private static readonly Dictionary<SyntaxKind, string[]> Operators = new()
    {
        [SyntaxKind.LessThanExpression] = ["<=", ">="],
        [SyntaxKind.LessThanOrEqualExpression] = ["<", ">"],
        [SyntaxKind.GreaterThanExpression] = [">=", "<="],
        [SyntaxKind.GreaterThanOrEqualExpression] = [">", "<"],
        [SyntaxKind.EqualsExpression] = ["!="],
        [SyntaxKind.NotEqualsExpression] = ["=="],
        [SyntaxKind.LogicalAndExpression] = ["||"],
        [SyntaxKind.LogicalOrExpression] = ["&&"],
        [SyntaxKind.AddExpression] = ["-"],
        [SyntaxKind.SubtractExpression] = ["+"],
        [SyntaxKind.MultiplyExpression] = ["/"],
        [SyntaxKind.DivideExpression] = ["*"],
    };

    public override SyntaxNode? VisitAttributeList(AttributeListSyntax node) => node;

    public override SyntaxNode? VisitParameter(ParameterSyntax node) => node;

    public override SyntaxNode? VisitEnumMemberDeclaration(EnumMemberDeclarationSyntax node) => node;

    public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node) => node.Modifiers.Any(SyntaxKind.ConstKeyword) ? node : base.VisitFieldDeclaration(node);

    public override SyntaxNode? VisitLocalDeclarationStatement(LocalDeclarationStatementSyntax node) => node.IsConst ? node : base.VisitLocalDeclarationStatement(node);

    /// <summary>What an await captures shows under a synchronization context only; an analyzer demands it, and two tests run under one.</summary>
    public override SyntaxNode? VisitArgumentList(ArgumentListSyntax node) =>
        node.Parent is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } } ? node : base.VisitArgumentList(node);

    public override SyntaxNode? VisitConstantPattern(ConstantPatternSyntax node) => node;

    public override SyntaxNode? VisitRelationalPattern(RelationalPatternSyntax node) => node;

    public override SyntaxNode? VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        var visited = (ExpressionSyntax)base.VisitBinaryExpression(node)!;
        if (DeclaresVariable(node))
        {
            return visited;
        }

        if (node.IsKind(SyntaxKind.CoalesceExpression) && node.Right is not ThrowExpressionSyntax)
        {
            return Choose(node, visited, "?? as its right side", $"{node.Right}");
        }

        foreach (var other in Operators.GetValueOrDefault(node.Kind(), []))
        {
            visited = Choose(node, visited, $"{node.OperatorToken.Text} as {other}", $"{node.Left} {other} {node.Right}");
        }

        return visited;
    }

    public override SyntaxNode? VisitConditionalExpression(ConditionalExpressionSyntax node)
    {
        var visited = (ConditionalExpressionSyntax)base.VisitConditionalExpression(node)!;
        return DeclaresVariable(node.Condition) ? visited : visited.WithCondition(Choose(node.Condition, visited.Condition, "?: turned round", $"!({node.Condition})"));
    }

    public override SyntaxNode? VisitIfStatement(IfStatementSyntax node)
    {
        var visited = (IfStatementSyntax)base.VisitIfStatement(node)!;
        return DeclaresVariable(node.Condition) ? visited : visited.WithCondition(Choose(node.Condition, visited.Condition, "if turned round", $"!({node.Condition})"));
    }

    /// <summary>A loop without a condition has nothing to mutate there, and without its end a method would not compile.</summary>
    public override SyntaxNode? VisitWhileStatement(WhileStatementSyntax node) =>
        node.Condition.IsKind(SyntaxKind.TrueLiteralExpression) ? node.WithStatement((StatementSyntax)Visit(node.Statement)) : base.VisitWhileStatement(node);

    public override SyntaxNode? VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
    {
        var visited = (ExpressionSyntax)base.VisitPrefixUnaryExpression(node)!;
        return node.IsKind(SyntaxKind.LogicalNotExpression) && !DeclaresVariable(node) ? Choose(node, visited, "! removed", $"{node.Operand}") : visited;
    }

    public override SyntaxNode? VisitLiteralExpression(LiteralExpressionSyntax node) => node.Kind() switch
    {
        SyntaxKind.TrueLiteralExpression => Choose(node, node, "true as false", "false"),
        SyntaxKind.FalseLiteralExpression => Choose(node, node, "false as true", "true"),
        SyntaxKind.NumericLiteralExpression when node.Token.Value is int number => Choose(node, node, $"{number} as {number + 1}", (number + 1).ToString(CultureInfo.InvariantCulture)),
        _ => node,
    };

    public override SyntaxNode? VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        var visited = (ExpressionStatementSyntax)base.VisitExpressionStatement(node)!;
        if (DeclaresVariable(node) || NewMutant(node, "statement removed") is not { } id)
        {
            return visited;
        }

        return SyntaxFactory.ParseStatement($"if (!global::Irsa.Credentials.Mutants.IsAwake({id})) {{ {visited.WithoutTrivia()} }}").WithTriviaFrom(node);
    }

    private static bool DeclaresVariable(SyntaxNode node) => node.DescendantNodesAndSelf(static child => child is not LambdaExpressionSyntax).Any(static part => part is VariableDesignationSyntax);

    private ExpressionSyntax Choose(SyntaxNode original, ExpressionSyntax visited, string change, string mutant) =>
        NewMutant(original, change) is { } id
            ? SyntaxFactory.ParseExpression($"(global::Irsa.Credentials.Mutants.IsAwake({id}) ? ({mutant}) : ({visited.WithoutTrivia()}))").WithTriviaFrom(visited)
            : visited;

    private int? NewMutant(SyntaxNode node, string change)
    {
        var id = mutants.Count;
        var line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        mutants.Add(new Mutant(id, $"{file}:{line}", change, node.ToString().ReplaceLineEndings(" "), dropped.Contains(id)));
        return dropped.Contains(id) ? null : id;
    }
}
