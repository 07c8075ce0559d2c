output "role_arn" {
  description = "Value of the annotation eks.amazonaws.com/role-arn."
  value       = aws_iam_role.service.arn
}

output "trust_policy" {
  description = "Who may assume the role."
  value       = local.trust_policy
}
